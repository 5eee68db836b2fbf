use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// A form that narrows what a page lists: a GET form without scripts, and with them a step of the router.
#[component]
pub fn SearchForm(action: &'static str, children: Children) -> impl IntoView {
    let navigate = use_navigate();
    let search = move |event: ev::SubmitEvent| {
        event.prevent_default();
        navigate(&format!("{action}?{}", query_of(&event)), NavigateOptions::default());
    };
    view! {
        <form class="toolbar" role="search" method="get" action=action on:submit=search>
            {children()}
        </form>
    }
    .into_any()
}

/// What stands in the form, as an address's query. What is empty is left out.
fn query_of(event: &ev::SubmitEvent) -> String {
    #[cfg(feature = "hydrate")]
    {
        let data = form_data_from_event(event).expect("the event is of a form");
        let query = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data)
            .expect("a form without files is a list of pairs");
        let query = String::from(query.to_string());
        query.split('&').filter(|pair| !pair.ends_with('=')).collect::<Vec<_>>().join("&")
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        String::new()
    }
}
