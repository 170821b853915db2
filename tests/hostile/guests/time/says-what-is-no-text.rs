//! Hands the host bytes that are no text.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    #[link(wasm_import_module = "wasi:logging/logging@0.1.0-draft")]
    unsafe extern "C" {
        #[link_name = "log"]
        fn call(level: i32, context: i32, context_size: i32, text: i32, text_size: i32);
    }
    // SAFETY: it is not; that is the point. The host must check what it is handed.
    unsafe { call(2, 0, 0, [0xff_u8, 0xfe, 0xfd].as_ptr() as i32, 3) };
    Ok(().into())
}
