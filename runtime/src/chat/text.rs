//! stub
pub struct Fit {
    pub markup: super::bindings::handlers::backend::Markup,
    pub limit: usize,
    pub multiline: bool,
}
/// stub
pub fn messages(text: String, _fit: &Fit) -> Vec<String> {
    if text.is_empty() { vec![] } else { vec![text] }
}
