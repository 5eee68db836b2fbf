//! What is said under a row of the editor.

use super::{row_state::RowState, rows::Rows};
use crate::ui::{Icon, hydrated};
use leptos::prelude::*;
use model::{Field, KeyName, NameFault, Problem, Reason, RowPart, TemplateKey};

/// What is wrong, what looks wrong, and what the template says.
#[component]
pub(super) fn RowNotes(
    row: RowState,
    rows: Rows,
    template: Option<TemplateKey>,
    key_problem: Signal<Option<Problem>>,
    value_problem: Signal<Option<Problem>>,
) -> impl IntoView {
    let help = template.as_ref().map(|key| key.help.clone()).filter(|help| !help.is_empty());
    let ready = hydrated();
    // A key is looked at as it is typed; an empty one is not yet wrong.
    let key_fault = Memo::new(move |_| {
        if !ready.get() || row.key.with(String::is_empty) {
            return None;
        }
        row.key.with(|key| KeyName::parse(key).err())
    });
    let twice = Memo::new(move |_| rows.first_of(row).filter(|_| ready.get()));
    let key_text = move || {
        let typed = |reason| Problem::new(Field::Row(0, RowPart::Key), reason);
        let first = |first| Reason::Duplicate { first: u32::try_from(first).unwrap_or(u32::MAX) };
        let problem = key_problem
            .get()
            .or_else(|| Some(typed(Reason::Name(key_fault.get()?))))
            .or_else(|| Some(typed(first(twice.get()?))));
        problem.map(|problem| problem.to_string())
    };
    let mend = move || {
        let offered = matches!(
            key_fault.get().or_else(|| match key_problem.get()?.reason {
                Reason::Name(fault) => Some(fault),
                _ => None,
            }),
            Some(NameFault::IllegalCharacter | NameFault::LeadingDigit)
        );
        offered.then(|| row.key.with(|key| KeyName::mend(key))).flatten()
    };
    let risk = move || row.key.with(|key| KeyName::parse(key).ok()?.risk());
    let looks = {
        let template = template.clone();
        move || {
            if !ready.get() {
                return None;
            }
            let template = template.as_ref()?;
            row.value
                .with(|value| template.warning(value, matches_pattern))
                .map(|warning| warning.to_string())
        }
    };
    let spaces = move || {
        let padded = row.value.with(|value| {
            !value.contains('\n') && !value.is_empty() && value.trim() != value.as_str()
        });
        padded.then_some("The value begins or ends with a space. It is kept as it is.")
    };
    let error =
        |text: String| view! { <p class="field-error"><Icon name="circle-alert" />{text}</p> };
    let warning = |text: String| view! { <p class="field-hint warn"><Icon name="triangle-alert" />{text}</p> };
    view! {
        {move || key_text().map(error)}
        {move || mend().map(|key| {
            let name = key.to_string();
            view! {
                <p class="field-hint">
                    <button type="button" class="link" on:click=move |_| row.key.set(name.clone())>
                        {format!("Use {key}")}
                    </button>
                </p>
            }
        })}
        {move || value_problem.get().map(|problem| error(problem.to_string()))}
        {move || looks().map(warning)}
        {move || risk().map(|risk| warning(risk.warning().to_owned()))}
        {move || spaces().map(|text| warning(text.to_owned()))}
        {help.map(|help| view! { <p class="field-hint">{help}</p> })}
    }
    .into_any()
}

/// The browser's own regular expressions, so that none are shipped. A pattern that it cannot read matches everything.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    #[cfg(feature = "hydrate")]
    {
        js_sys::RegExp::new(pattern, "u").test(text)
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (pattern, text);
        true
    }
}
