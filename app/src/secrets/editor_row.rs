//! One row of the editor: a key, its value, who sees it.

use super::{
    editor::is_edit,
    plain_values::PlainValues,
    row_notes::RowNotes,
    row_state::{Mark, RowState},
    rows::Rows,
};
use crate::ui::{IconButton, hydrated};
use leptos::{ev, prelude::*};
use model::{Field, Generator, Problems, RowPart, ValueKind};

/// The row's controls, its hints, and what is wrong with it.
#[component]
pub(super) fn EditorRow(
    row: RowState,
    rows: Rows,
    problems: RwSignal<Option<Problems>>,
) -> impl IntoView {
    let place = Memo::new(move |_| {
        rows.list()
            .with(|rows| rows.iter().position(|other| other.id == row.id).unwrap_or_default())
    });
    let name = move |part: &'static str| move || format!("draft[rows][{}][{part}]", place.get());
    let id_of = move |part: &'static str| move || format!("row-{}-{part}", place.get());
    let problem = move |part: RowPart| {
        let index = u32::try_from(place.get()).unwrap_or(u32::MAX);
        problems.with(|problems| problems.as_ref()?.of(Field::Row(index, part)))
    };
    let ready = hydrated();
    let template = row.template();
    let required = row.seed.with_value(|seed| seed.required);
    let optional = row.seed.with_value(|seed| seed.optional);
    let from = row.seed.with_value(|seed| seed.from.clone());
    let kinds = ValueKind::ALL.map(|kind| {
        view! {
            <option value=kind.as_str() selected=row.seed.with_value(|seed| seed.kind == kind)>{kind.label()}</option>
        }
    });
    let mark = Memo::new(move |_| row.mark().filter(|_| ready.get()));
    let move_by = move |step: isize| {
        problems.set(None);
        rows.shift(row, step);
    };
    let remove = move |_| {
        problems.set(None);
        let next = rows.beside(row, 1);
        rows.remove(row);
        if let Some(next) = next {
            next.focus();
        }
    };
    let press = move |event: ev::KeyboardEvent| {
        #[cfg(feature = "hydrate")]
        super::editor_keys::press(&event, row, rows, problems);
        #[cfg(not(feature = "hydrate"))]
        drop(event);
    };
    let says = is_edit();
    let generator = template.as_ref().and_then(|key| key.generator.clone()).unwrap_or_default();
    let key_label = move || {
        row.key.with(
            |key| if key.is_empty() { format!("row {}", place.get() + 1) } else { key.clone() },
        )
    };
    view! {
        <div
            class=move || mark.get().map_or("editor-row", Mark::class)
            data-row=row.id.to_string()
            on:keydown=press
        >
            <div class="editor-key">
                <KeyControl row name=Signal::derive(name("key")) id=Signal::derive(id_of("key")) error=Signal::derive(move || problem(RowPart::Key).map(|p| p.to_string())) />
                {template.clone().map(|key| view! {
                    <span class="field-hint">{key.label}{optional.then_some(" (optional)")}</span>
                })}
                {move || mark.get().filter(|_| says).map(|mark| view! { <span class="row-mark">{mark.word()}</span> })}
            </div>
            <div class="editor-value">
                <ValueControl row name=Signal::derive(name("value")) id=Signal::derive(id_of("value")) label=Signal::derive(key_label) error=Signal::derive(move || problem(RowPart::Value).is_some()) />
                {(!from.is_empty()).then(|| {
                    let from = from.clone();
                    view! {
                        <input type="hidden" name=name("from") value=from />
                        <label class="checkbox">
                            <input
                                type="checkbox"
                                name=name("keep")
                                value="true"
                                checked=true
                                prop:checked=move || row.kept.get()
                                on:change=move |event| row.kept.set(event_target_checked(&event))
                            />
                            <span class="checkbox-label">{if row.was_typed() { "Keep what was typed before" } else { "Keep the current value" }}</span>
                        </label>
                    }
                })}
                {optional.then(|| view! { <input type="hidden" name=name("optional") value="true" /> })}
                {required.then(|| view! { <input type="hidden" name=name("required") value="true" /> })}
            </div>
            <div class="editor-kind">
                <div class="select">
                    <select
                        class="input"
                        name=name("kind")
                        aria-label=move || format!("Who sees {}", key_label())
                        title=move || row.kind.get().meaning()
                        on:change=move |event| {
                            let chosen = event_target_value(&event);
                            if let Some(kind) = ValueKind::ALL.into_iter().find(|kind| kind.as_str() == chosen) {
                                row.kind.set(kind);
                            }
                        }
                    >
                        {kinds}
                    </select>
                </div>
            </div>
            <div class="editor-actions needs-scripts">
                <IconButton
                    icon=Signal::derive(move || if row.shown.get() { "eye-off" } else { "eye" })
                    label=Signal::derive(move || format!("{} what is typed for {}", if row.shown.get() { "Hide" } else { "Show" }, key_label()))
                    on:click=move |_| row.shown.update(|shown| *shown = !*shown)
                />
                <IconButton
                    icon="refresh-cw"
                    label=Signal::derive(move || format!("Generate a value for {}", key_label()))
                    on:click=move |_| {
                        if let Some(value) = generate(&generator) {
                            row.set_value(value);
                        }
                    }
                />
                <IconButton icon="chevron-up" label=Signal::derive(move || format!("Move {} up", key_label())) on:click=move |_| move_by(-1) />
                <IconButton icon="chevron-down" label=Signal::derive(move || format!("Move {} down", key_label())) on:click=move |_| move_by(1) />
                <IconButton icon="x" label=Signal::derive(move || format!("Remove {}", key_label())) on:click=remove />
            </div>
            <RowNotes row rows template=template.clone() key_problem=Signal::derive(move || problem(RowPart::Key)) value_problem=Signal::derive(move || problem(RowPart::Value)) />
        </div>
    }
    .into_any()
}

#[component]
fn KeyControl(
    row: RowState,
    name: Signal<String>,
    id: Signal<String>,
    error: Signal<Option<String>>,
) -> impl IntoView {
    // A key that the template gave is text: renaming it would break what reads it. Removing and adding does both.
    if row.seed.with_value(|seed| seed.template.is_some()) {
        let key = row.key.get_untracked();
        return view! {
            <code id=move || id.get()>{key.clone()}</code>
            <input type="hidden" name=move || name.get() value=key />
        }
        .into_any();
    }
    view! {
        <input
            class="input mono"
            id=move || id.get()
            name=move || name.get()
            value=row.key.get_untracked()
            prop:value=move || row.key.get()
            placeholder="KEY_NAME"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            aria-label="Key"
            aria-invalid=move || error.with(Option::is_some).then_some("true")
            on:input=move |event| row.key.set(event_target_value(&event))
        />
    }
    .into_any()
}

/// One line is an input; several are a text area, which a row without a template always is, so that any value can be pasted.
#[component]
fn ValueControl(
    row: RowState,
    name: Signal<String>,
    id: Signal<String>,
    label: Signal<String>,
    error: Signal<bool>,
) -> impl IntoView {
    let template = row.template();
    let one_line = template.as_ref().is_some_and(|key| !key.multiline);
    let placeholder = {
        let usual = template.and_then(|key| key.placeholder).unwrap_or_default();
        let from = row.seed.with_value(|seed| seed.from.clone());
        let plain = use_context::<PlainValues>();
        move || match !from.is_empty() && row.kept.get() {
            true if row.was_typed() => "As typed before".to_owned(),
            true => {
                let value = plain.and_then(|plain| plain.of(&from));
                value.map_or("Unchanged".to_owned(), |value| value.dangerously_expose().to_owned())
            }
            false => usual.clone(),
        }
    };
    let masked = move || row.kind.get() != ValueKind::Plain && !row.shown.get();
    let label = move || format!("Value of {}", label.get());
    let typed = move |text: String| {
        if !text.is_empty() {
            row.kept.set(false);
        }
        row.value.set(text);
    };
    let invalid = move || error.get().then_some("true");
    if one_line {
        return view! {
            <input
                class="input mono"
                id=move || id.get()
                name=move || name.get()
                type=move || if masked() { "password" } else { "text" }
                value=row.value.get_untracked()
                prop:value=move || row.value.get()
                placeholder=placeholder
                autocomplete="off"
                spellcheck="false"
                data-1p-ignore=""
                data-lpignore="true"
                data-bwignore=""
                data-form-type="other"
                aria-label=label
                aria-invalid=invalid
                on:input=move |event| typed(event_target_value(&event))
            />
        }
        .into_any();
    }
    view! {
        <textarea
            class=move || if masked() { "input mono value-input masked-text" } else { "input mono value-input" }
            id=move || id.get()
            name=move || name.get()
            rows="1"
            prop:value=move || row.value.get()
            placeholder=placeholder
            autocomplete="off"
            spellcheck="false"
            aria-label=label
            aria-invalid=invalid
            on:input=move |event| typed(event_target_value(&event))
        ></textarea>
    }
    .into_any()
}

/// A value of random bytes from the browser.
fn generate(generator: &Generator) -> Option<String> {
    #[cfg(feature = "hydrate")]
    {
        let mut random = vec![0; generator.bytes_needed()];
        window().crypto().ok()?.get_random_values_with_u8_array(&mut random).ok()?;
        Some(generator.render(&random))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = generator;
        None
    }
}
