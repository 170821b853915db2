//! What a program is told when it starts.

use serde::Serialize;
use serde_json::value::RawValue;

/// Who it is and whom it has to reach.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    pub service: &'a str,
    pub token: &'a str,
    pub session: &'a str,
    pub manager_id: &'a str,
    /// JSON.
    pub connection: &'a str,
    /// JSON.
    pub app_data: &'a str,
}

impl Input<'_> {
    /// One line of JSON.
    pub fn line(self) -> Result<Vec<u8>, String> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Line<'a> {
            service: &'a str,
            token: &'a str,
            session: &'a str,
            manager: Manager<'a>,
            app_data: Box<RawValue>,
        }
        #[derive(Serialize)]
        struct Manager<'a> {
            id: &'a str,
            connection: Box<RawValue>,
        }
        let line = Line {
            service: self.service,
            token: self.token,
            session: self.session,
            manager: Manager { id: self.manager_id, connection: on_one_line(self.connection)? },
            app_data: on_one_line(self.app_data)?,
        };
        let mut line = serde_json::to_vec(&line).map_err(|error| error.to_string())?;
        line.push(b'\n');
        Ok(line)
    }
}

/// The same JSON: in it, lines end between words only.
fn on_one_line(json: &str) -> Result<Box<RawValue>, String> {
    RawValue::from_string(json.replace(['\n', '\r'], " "))
        .map_err(|error| format!("what should be told to a program is no JSON: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_one_line_whatever_the_json_looks_like() {
        let input = Input {
            service: "visits",
            token: "t",
            session: "0123",
            manager_id: "bayeux",
            connection: r#"{"url":"ws://x/"}"#,
            app_data: "{\r\n  \"a\": \"b\\nc\",\n\"n\": 12345678901234567890123\n}",
        };
        assert_eq!(
            String::from_utf8(input.line().unwrap()).unwrap(),
            concat!(
                r#"{"service":"visits","token":"t","session":"0123","#,
                r#""manager":{"id":"bayeux","connection":{"url":"ws://x/"}},"#,
                r#""appData":{    "a": "b\nc", "n": 12345678901234567890123 }}"#,
                "\n"
            )
        );
        assert!(Input { app_data: "{", ..input }.line().is_err());
    }
}
