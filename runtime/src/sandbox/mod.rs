//! The sandbox: everything that knows the WebAssembly engine, and nothing that knows chat or collaboration.
//!
//! An extension goes through these in order: [`component`] reads it and has it compiled by a [`compiler`] (or takes it
//! from [`cache`]), [`shape`] bounds the types of what it imports and exports, [`instance`] gives it a store whose [`limits`] are armed before any of its code runs, and [`supervisor`] makes
//! it an actor: one task, one [`mailbox`], one call at a time, restarted when it fails. [`grants`] say what it may
//! reach, [`meter`] counts what it uses.

pub mod bare;
pub mod cache;
pub mod compiler;
pub mod component;
pub mod engine;
pub mod grants;
pub mod instance;
pub mod limits;
pub mod mailbox;
pub mod meter;
pub mod shape;
pub mod supervisor;
pub mod under_way;

pub use cache::Cache;
pub use compiler::{Caps, Compiler, NotCompiled};
pub use component::{InterfaceName, LoadError, Loaded};
pub use engine::Sandbox;
pub use grants::Grants;
pub use instance::{Blueprint, Failure, Guarded, HostState, Instantiate, Live};
pub use limits::{Limiter, Limits};
pub use mailbox::{Call, Class, Full, Mailbox};
pub use meter::{Meter, Used};
pub use supervisor::{Extension, Hooks, StartError, Status};
pub use under_way::UnderWay;
