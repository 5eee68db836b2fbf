//! One row of the editor: a key, its value, who sees it.

use super::editor::RowSeed;
use crate::ui::{Icon, IconButton, hydrated};
use leptos::prelude::*;
use model::{
    Field, Generator, KeyName, NameFault, Problems, Reason, RowPart, TemplateKey, ValueKind,
};

/// What a row holds while it is edited.
#[derive(Clone, Copy)]
pub(super) struct RowState {
    /// Tells rows apart when they move.
    pub(super) id: u32,
    seed: StoredValue<RowSeed>,
    key: RwSignal<String>,
    value: RwSignal<String>,
    kind: RwSignal<ValueKind>,
    /// Whether the value of before stays.
    kept: RwSignal<bool>,
    /// Whether a hidden value can be read while it is typed.
    shown: RwSignal<bool>,
}

impl RowState {
    pub(super) fn new(id: u32, seed: RowSeed) -> Self {
        Self {
            id,
            key: RwSignal::new(seed.key.clone()),
            value: RwSignal::new(seed.value.clone()),
            kind: RwSignal::new(seed.kind),
            kept: RwSignal::new(!seed.from.is_empty()),
            shown: RwSignal::new(false),
            seed: StoredValue::new(seed),
        }
    }

    /// Whether it is a spare row that nothing was typed into.
    pub(super) fn is_empty(&self) -> bool {
        self.key.with(String::is_empty) && self.value.with(String::is_empty) && !self.kept.get()
    }

    /// Whether it differs from how it was drawn. Only a browser asks.
    #[cfg(feature = "hydrate")]
    pub(super) fn is_touched(&self) -> bool {
        self.seed.with_value(|seed| {
            self.value.with_untracked(|value| *value != seed.value)
                || self.key.with_untracked(|key| *key != seed.key)
        })
    }

    /// The key, if it is legal and has a value.
    pub(super) fn filled_key(&self) -> Option<KeyName> {
        let filled = self.kept.get() || self.value.with(|value| !value.is_empty());
        filled.then(|| self.key.with(|key| KeyName::parse(key).ok())).flatten()
    }

    /// Whether this row is for that key.
    pub(super) fn is_for(&self, key: &KeyName) -> bool {
        self.key.with_untracked(|typed| typed.trim() == key.as_str())
    }

    /// Puts a value in, as typing it would.
    pub(super) fn set_value(&self, text: String) {
        self.value.set(text);
        self.kept.set(false);
    }

    /// Moves the focus to the row's key, once it is on the page.
    pub(super) fn focus(self) {
        let selector = format!("[data-row=\"{}\"] input", self.id);
        #[cfg(feature = "hydrate")]
        request_animation_frame(move || {
            use leptos::wasm_bindgen::JsCast as _;
            let input = document().query_selector(&selector).ok().flatten();
            if let Some(input) =
                input.and_then(|input| input.dyn_into::<web_sys::HtmlElement>().ok())
            {
                let _ = input.focus();
            }
        });
        #[cfg(not(feature = "hydrate"))]
        drop(selector);
    }

    fn template(&self) -> Option<TemplateKey> {
        self.seed.with_value(|seed| seed.template.clone())
    }
}

/// The row's controls, its hints, and what is wrong with it.
#[component]
pub(super) fn EditorRow(
    row: RowState,
    rows: RwSignal<Vec<RowState>>,
    problems: RwSignal<Option<Problems>>,
) -> impl IntoView {
    let place = Memo::new(move |_| {
        rows.with(|rows| rows.iter().position(|other| other.id == row.id).unwrap_or_default())
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
    let state = move || {
        let kept = row.kept.get();
        let touched = row.seed.with_value(|seed| row.value.with(|value| *value != seed.value));
        let was = row.seed.with_value(|seed| !seed.from.is_empty());
        match (was, kept) {
            (true, true) => "editor-row",
            (true, false) => "editor-row is-changed",
            (false, _) if touched && ready.get() => "editor-row is-new",
            (false, _) => "editor-row",
        }
    };
    let move_by = move |step: isize| {
        problems.set(None);
        rows.update(|rows| {
            let Some(from) = rows.iter().position(|other| other.id == row.id) else { return };
            let to = from.saturating_add_signed(step).min(rows.len() - 1);
            rows.swap(from, to);
        });
    };
    let remove = move |_| {
        problems.set(None);
        rows.update(|rows| rows.retain(|other| other.id != row.id));
    };
    let generator = template.as_ref().and_then(|key| key.generator.clone()).unwrap_or_default();
    let key_label = move || {
        row.key.with(
            |key| if key.is_empty() { format!("row {}", place.get() + 1) } else { key.clone() },
        )
    };
    view! {
        <div class=state data-row=row.id.to_string()>
            <div class="editor-key">
                <KeyControl row name=Signal::derive(name("key")) id=Signal::derive(id_of("key")) error=Signal::derive(move || problem(RowPart::Key).map(|p| p.to_string())) />
                {template.clone().map(|key| view! {
                    <span class="field-hint">{key.label}{optional.then_some(" (optional)")}</span>
                })}
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
                            <span class="checkbox-label">"Keep the current value"</span>
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
            <div class="editor-actions">
                <Show when=move || ready.get()>
                    {
                        let generator = generator.clone();
                        view! {
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
                        }
                    }
                </Show>
            </div>
            <RowNotes row template=template.clone() key_problem=Signal::derive(move || problem(RowPart::Key)) value_problem=Signal::derive(move || problem(RowPart::Value)) />
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
        let was = row.seed.with_value(|seed| !seed.from.is_empty());
        move || if was && row.kept.get() { "Unchanged".to_owned() } else { usual.clone() }
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

/// What is wrong, what looks wrong, and what the template says.
#[component]
fn RowNotes(
    row: RowState,
    template: Option<TemplateKey>,
    key_problem: Signal<Option<model::Problem>>,
    value_problem: Signal<Option<model::Problem>>,
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
    let key_text = move || {
        if let Some(problem) = key_problem.get() {
            return Some(problem.to_string());
        }
        key_fault.get().map(|fault| {
            model::Problem::new(Field::Row(0, RowPart::Key), Reason::Name(fault)).to_string()
        })
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
