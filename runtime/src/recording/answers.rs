//! Answers to calls that a recording has no answer to, where calls are not compared: those of clocks, of the random generator,
//! of output.

use wasmtime::component::{Type, Val};

/// How far a clock goes on each time that it is read more often than it was recorded, in nanoseconds.
const CLOCK_STEP: u64 = 1_000_000;
/// How much a stream takes at a time.
const ROOM: u64 = 64 << 10;

/// Makes answers up, the same ones each time that a recording is played.
pub struct MadeUp {
    random: u64,
    clock: u64,
}

impl Default for MadeUp {
    fn default() -> Self {
        Self { random: 0x9e37_79b9_7f4a_7c15, clock: 0 }
    }
}

/// Makes the value of a new resource of a type.
pub type NewResource<'a> = dyn FnMut(&Type) -> Result<Val, String> + 'a;

impl MadeUp {
    /// The monotonic clock was seen to stand here.
    pub fn clock_was(&mut self, now: &[Val]) {
        if let [Val::U64(now)] = now {
            self.clock = self.clock.max(*now);
        }
    }

    /// An answer for a function whose answer depends on more than its type.
    pub fn special(&mut self, path: &str, arguments: &[Val]) -> Option<Val> {
        if path.starts_with("wasi:random/") {
            return match arguments {
                [Val::U64(length)] => {
                    // No more than any host gives.
                    let length = (*length).min(1 << 20);
                    Some(Val::List((0..length).map(|_| Val::U8(self.random() as u8)).collect()))
                }
                _ if path.ends_with("-u64") => Some(Val::U64(self.random())),
                _ => None,
            };
        }
        match path {
            "wasi:clocks/monotonic-clock.now" => {
                self.clock += CLOCK_STEP;
                Some(Val::U64(self.clock))
            }
            "wasi:io/poll.poll" => match arguments {
                [Val::List(pollables)] => {
                    Some(Val::List((0..pollables.len() as u32).map(Val::U32).collect()))
                }
                _ => None,
            },
            "wasi:io/poll.pollable.ready" => Some(Val::Bool(true)),
            "wasi:io/streams.output-stream.check-write" => {
                Some(Val::Result(Ok(Some(Box::new(Val::U64(ROOM))))))
            }
            _ => None,
        }
    }

    /// The next number of a generator that needs no seed (splitmix64).
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.random;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }
}

/// The plainest value of a type: nothing, none, zero, `ok`.
///
/// # Errors
/// If there is none.
pub fn plainest(ty: &Type, resource: &mut NewResource<'_>) -> Result<Val, String> {
    let mut boxed = |ty: Option<Type>| ty.map(|ty| plainest(&ty, resource).map(Box::new)).transpose();
    Ok(match ty {
        Type::Bool => Val::Bool(false),
        Type::S8 => Val::S8(0),
        Type::U8 => Val::U8(0),
        Type::S16 => Val::S16(0),
        Type::U16 => Val::U16(0),
        Type::S32 => Val::S32(0),
        Type::U32 => Val::U32(0),
        Type::S64 => Val::S64(0),
        Type::U64 => Val::U64(0),
        Type::Float32 => Val::Float32(0.0),
        Type::Float64 => Val::Float64(0.0),
        Type::Char => Val::Char(' '),
        Type::String => Val::String(String::new()),
        Type::List(_) => Val::List(Vec::new()),
        Type::Map(_) => Val::Map(Vec::new()),
        Type::Option(_) => Val::Option(None),
        Type::Flags(_) => Val::Flags(Vec::new()),
        Type::Enum(names) => Val::Enum(names.names().next().unwrap_or_default().to_owned()),
        Type::Result(result) => Val::Result(Ok(boxed(result.ok())?)),
        Type::Variant(variant) => {
            let case = variant.cases().next().ok_or("a variant has no cases")?;
            Val::Variant(case.name.to_owned(), boxed(case.ty)?)
        }
        Type::Record(record) => {
            let mut fields = Vec::new();
            for field in record.fields() {
                fields.push((field.name.to_owned(), plainest(&field.ty, resource)?));
            }
            Val::Record(fields)
        }
        Type::Tuple(tuple) => {
            Val::Tuple(tuple.types().map(|ty| plainest(&ty, resource)).collect::<Result<_, _>>()?)
        }
        Type::FixedLengthList(list) => {
            let ty = list.ty();
            Val::FixedLengthList((0..list.len()).map(|_| plainest(&ty, resource)).collect::<Result<_, _>>()?)
        }
        Type::Own(_) => resource(ty)?,
        Type::Borrow(_) | Type::Future(_) | Type::Stream(_) | Type::ErrorContext => {
            return Err("nothing can be made up for this".into());
        }
    })
}
