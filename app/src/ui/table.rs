use leptos::prelude::*;

/// What stands above a column.
pub enum Column {
    /// Words.
    Words(&'static str),
    /// Words above numbers.
    Number(&'static str),
    /// A heading of its own make: a `<th>`.
    Heading(AnyView),
}

/// The columns of a table, from the left.
pub struct Columns(Vec<Column>);

impl<const N: usize> From<[&'static str; N]> for Columns {
    fn from(words: [&'static str; N]) -> Self {
        Self(words.map(Column::Words).into())
    }
}

impl From<Vec<Column>> for Columns {
    fn from(columns: Vec<Column>) -> Self {
        Self(columns)
    }
}

/// A list, whose children are its rows. Where it is wider than the page it is pushed sideways, by the keyboard too.
#[component]
pub fn Table(
    /// What it lists, for those who hear the page.
    label: &'static str,
    #[prop(into)] columns: Columns,
    /// One column more, for what can be done with a row.
    #[prop(optional)]
    actions: bool,
    /// How many rows there are, where not all of them stand in the page. Each is as high as the next. The server alone draws them here: in the
    /// browser whoever has the list puts them into the body, or takes those over that stand there.
    #[prop(optional, into)]
    long: Option<Signal<u32>>,
    children: Children,
) -> impl IntoView {
    let head = columns.0.into_iter().map(heading).collect_view();
    let actions = actions
        .then(|| view! { <th scope="col"><span class="visually-hidden">"Actions"</span></th> });
    let body = if long.is_some() && cfg!(feature = "hydrate") {
        view! { <tbody></tbody> }.into_any()
    } else {
        view! { <tbody>{children()}</tbody> }.into_any()
    };
    view! {
        <div class="table-wrap" role="region" aria-label=label tabindex="0">
            <table class=if long.is_some() { "table long" } else { "table" } aria-rowcount=move || Some(long?.get() + 1)>
                <thead><tr aria-rowindex=long.map(|_| "1")>{head}{actions}</tr></thead>
                {body}
            </table>
        </div>
    }
    .into_any()
}

fn heading(column: Column) -> AnyView {
    match column {
        Column::Words(words) => view! { <th scope="col">{words}</th> }.into_any(),
        Column::Number(words) => view! { <th scope="col" class="cell-num">{words}</th> }.into_any(),
        Column::Heading(heading) => heading,
    }
}
