//! What Rust's std refers to on wasm32-wasip2 and Debian's wasi-libc, of 2022, lacks: threads and sockets.
//!
//! Compiled once for the target and appended to the target's `libc.a`. There are no threads and no sockets for a
//! guest anyway, so every function fails, with the error number that a current wasi-libc would give. All are
//! weak: should Debian's wasi-libc catch up, its own functions win.
#![no_std]
#![feature(linkage, thread_local)]

use core::ffi::{c_char, c_int, c_void};

/// WASI's numbers, which are wasi-libc's too.
const EAGAIN: c_int = 6;
const ENOTSOCK: c_int = 57;
const ENOTSUP: c_int = 58;
/// One of getaddrinfo's own errors.
const EAI_FAIL: c_int = -4;

unsafe extern "C" {
    #[thread_local]
    static mut errno: c_int;
}

/// The way in which most of libc fails: the reason in `errno`, and -1.
fn fail(reason: c_int) -> c_int {
    // SAFETY: `errno` is libc's, and a guest has one thread.
    unsafe { errno = reason };
    -1
}

/// Defines C functions that ignore their arguments.
macro_rules! stubs {
    ($(fn $name:ident($($argument:ty),*) -> $result:ty { $body:expr })*) => {$(
        #[unsafe(no_mangle)]
        #[linkage = "weak"]
        pub extern "C" fn $name($(_: $argument),*) -> $result {
            $body
        }
    )*};
}

stubs! {
    fn pthread_create(*mut c_void, *const c_void, *const c_void, *mut c_void) -> c_int { EAGAIN }
    fn pthread_join(*mut c_void, *mut c_void) -> c_int { ENOTSUP }
    fn pthread_detach(*mut c_void) -> c_int { ENOTSUP }
    fn pthread_attr_init(*mut c_void) -> c_int { 0 }
    fn pthread_attr_destroy(*mut c_void) -> c_int { 0 }
    fn pthread_attr_setstacksize(*mut c_void, usize) -> c_int { 0 }

    fn socket(c_int, c_int, c_int) -> c_int { fail(ENOTSUP) }
    fn connect(c_int, *const c_void, u32) -> c_int { fail(ENOTSOCK) }
    fn bind(c_int, *const c_void, u32) -> c_int { fail(ENOTSOCK) }
    fn listen(c_int, c_int) -> c_int { fail(ENOTSOCK) }
    fn getsockname(c_int, *mut c_void, *mut u32) -> c_int { fail(ENOTSOCK) }
    fn getpeername(c_int, *mut c_void, *mut u32) -> c_int { fail(ENOTSOCK) }
    fn setsockopt(c_int, c_int, c_int, *const c_void, u32) -> c_int { fail(ENOTSOCK) }
    fn sendto(c_int, *const c_void, usize, c_int, *const c_void, u32) -> isize { fail(ENOTSOCK) as isize }
    fn recvfrom(c_int, *mut c_void, usize, c_int, *mut c_void, *mut u32) -> isize { fail(ENOTSOCK) as isize }

    fn getaddrinfo(*const c_char, *const c_char, *const c_void, *mut c_void) -> c_int { EAI_FAIL }
    fn freeaddrinfo(*mut c_void) -> () { () }
    fn gai_strerror(c_int) -> *const c_char { c"no network in this guest".as_ptr() }
}
