//! Counts what the host itself has allocated: the linear memories of guests, which the engine maps, are not in it.

use std::{
    alloc::{GlobalAlloc, Layout},
    fs,
    sync::atomic::{AtomicIsize, Ordering::Relaxed},
};

use mimalloc::MiMalloc;

/// The program's own allocator, with its sums taken.
pub struct Counting;

static LIVE: AtomicIsize = AtomicIsize::new(0);
static PEAK: AtomicIsize = AtomicIsize::new(0);

fn add(bytes: usize) {
    let live = LIVE.fetch_add(bytes.cast_signed(), Relaxed) + bytes.cast_signed();
    // Mostly it is no new peak, and then nothing is written.
    if live > PEAK.load(Relaxed) {
        PEAK.fetch_max(live, Relaxed);
    }
}

fn take(bytes: usize) {
    LIVE.fetch_sub(bytes.cast_signed(), Relaxed);
}

// SAFETY: every call is passed on as it is, and nothing here allocates.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those of `alloc`.
        let memory = unsafe { MiMalloc.alloc(layout) };
        if !memory.is_null() {
            add(layout.size());
        }
        memory
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those of `alloc_zeroed`.
        let memory = unsafe { MiMalloc.alloc_zeroed(layout) };
        if !memory.is_null() {
            add(layout.size());
        }
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        take(layout.size());
        // SAFETY: the caller's promises are those of `dealloc`.
        unsafe { MiMalloc.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promises are those of `realloc`.
        let new = unsafe { MiMalloc.realloc(memory, layout, size) };
        if !new.is_null() {
            take(layout.size());
            add(size);
        }
        new
    }
}

/// Bytes that are allocated now.
pub fn live() -> isize {
    LIVE.load(Relaxed)
}

/// The most that were allocated at a time since [`forget_peak`].
pub fn peak() -> isize {
    PEAK.load(Relaxed)
}

/// Counts the peak from now on.
pub fn forget_peak() {
    PEAK.store(live(), Relaxed);
}

/// Bytes of the whole process that are in the machine's memory, those of guests among them; 0 where nobody says.
pub fn resident() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: usize = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * 4096
}
