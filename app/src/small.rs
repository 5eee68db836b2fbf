/// The same in small letters. In the browser it is the browser that knows them: a table of them would be a hundredth of what it loads.
pub(crate) fn small(text: &str) -> String {
    #[cfg(feature = "hydrate")]
    {
        js_sys::JsString::from(text).to_lower_case().into()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        text.to_lowercase()
    }
}
