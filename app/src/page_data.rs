//! What a page needs from the server: in its HTML at first, asked for by scripts afterwards.

use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder, string::JsonSerdeCodec},
};
use serde::{Serialize, de::DeserializeOwned};
use server_fn::{Bytes, Decodes, codec::JsonEncoding};
use std::future::Future;

/// JSON that is read as the answers of server functions are, so that the browser's half holds one reader for each type
/// instead of two.
pub(crate) struct PageJson;

impl<T: Serialize> Encoder<T> for PageJson {
    type Error = <JsonSerdeCodec as Encoder<T>>::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Self::Error> {
        JsonSerdeCodec::encode(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for PageJson {
    type Error = <JsonEncoding as Decodes<T>>::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Self::Error> {
        JsonEncoding::decode(Bytes::copy_from_slice(text.as_bytes()))
    }
}

/// What `fetch` answers about `source`, asked for again whenever that changes. None of it may be a value: it stands in the
/// page's HTML.
pub(crate) fn page_data<S, T, F>(
    source: impl Fn() -> S + Send + Sync + 'static,
    fetch: impl Fn(S) -> F + Send + Sync + 'static,
) -> Resource<T, PageJson>
where
    S: Clone + PartialEq + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = T> + Send + 'static,
{
    Resource::new_with_options(source, fetch, false)
}
