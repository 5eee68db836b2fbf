//! What is typed into the form of a new token.

use leptos_router::{location::Url, params::ParamsMap};
use model::{Scope, TokenInfo};

/// The form as it was filled. Nothing in it is secret, so that a link can fill it too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenDraft {
    /// What it is called.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// The names of the environments that it reaches; all if empty.
    pub environments: Vec<String>,
    /// Names of secrets or their beginnings, with commas or spaces between them; all if empty.
    pub secrets: String,
    /// Addresses as CIDR, likewise; any if empty.
    pub addresses: String,
    /// How many days it lives; 0 for ever.
    pub days: String,
    /// How often it may be used; no limit if empty.
    pub max_uses: String,
}

impl Default for TokenDraft {
    fn default() -> Self {
        Self {
            name: String::new(),
            scopes: vec![Scope::Read.to_string(), Scope::List.to_string()],
            environments: Vec::new(),
            secrets: String::new(),
            addresses: String::new(),
            days: DAYS.to_owned(),
            max_uses: String::new(),
        }
    }
}

impl TokenDraft {
    /// The form of which `values` gives all that stands under a name.
    pub fn of(values: impl Fn(&'static str) -> Vec<String>) -> Self {
        let one = |name| values(name).pop().unwrap_or_default();
        Self {
            name: one("name"),
            scopes: values("scopes"),
            environments: values("environments"),
            secrets: one("secrets"),
            addresses: one("addresses"),
            days: one("days"),
            max_uses: one("max_uses"),
        }
    }

    /// As an address fills it; one that says nothing leaves it as it is at first.
    pub(super) fn of_query(params: &ParamsMap) -> Self {
        let first = Self::default();
        let draft = Self::of(|name| params.get_all(name).unwrap_or_default());
        Self {
            scopes: if draft.scopes.is_empty() { first.scopes } else { draft.scopes },
            days: if draft.days.is_empty() { first.days } else { draft.days },
            ..draft
        }
    }

    /// Another one like this token, whose environments have these names.
    pub(super) fn like(info: &TokenInfo, environments: Vec<String>) -> Self {
        let words = |words: Vec<String>| words.join(" ");
        Self {
            name: info.name.clone(),
            scopes: info.scopes.iter().map(ToString::to_string).collect(),
            environments,
            secrets: words(info.secrets.iter().map(ToString::to_string).collect()),
            addresses: words(info.addresses.clone()),
            ..Self::default()
        }
    }

    /// The address of the page whose form is filled like this.
    pub(super) fn href(&self) -> String {
        let mut params = ParamsMap::new();
        // Inserting unescapes.
        let mut add = |name: &'static str, value: &str| {
            if !value.is_empty() {
                params.insert(name, Url::escape(value));
            }
        };
        add("name", &self.name);
        self.scopes.iter().for_each(|scope| add("scopes", scope));
        self.environments.iter().for_each(|name| add("environments", name));
        add("secrets", &self.secrets);
        add("addresses", &self.addresses);
        add("days", &self.days);
        add("max_uses", &self.max_uses);
        format!("/tokens/new{}", params.to_query_string())
    }
}

impl From<TokenDraft> for store::NewToken {
    /// What does not parse becomes what the store refuses.
    fn from(draft: TokenDraft) -> Self {
        let words = |text: &str| {
            let words = text.split(|c: char| c == ',' || c.is_whitespace());
            words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        Self {
            name: draft.name,
            scopes: draft.scopes.iter().filter_map(|scope| scope.parse().ok()).collect(),
            environments: draft.environments,
            secrets: words(&draft.secrets),
            addresses: words(&draft.addresses),
            days: draft.days.parse().unwrap_or(u32::MAX),
            max_uses: match draft.max_uses.trim() {
                "" => None,
                text => Some(text.parse().unwrap_or(0)),
            },
        }
    }
}

const DAYS: &str = "90";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_fills_the_form_as_it_was() {
        let draft = TokenDraft {
            name: "ci & cd, 50".into(),
            scopes: vec!["read".into(), "write".into()],
            environments: vec!["dev".into(), "prod".into()],
            secrets: "prod-*, x".into(),
            addresses: "10.0.0.0/8".into(),
            days: "7".into(),
            max_uses: "3".into(),
        };
        let href = draft.href();
        let mut params = ParamsMap::new();
        for pair in href.split_once('?').unwrap().1.split('&') {
            let (name, value) = pair.split_once('=').unwrap();
            params.insert(Url::unescape(name), value.to_owned());
        }
        assert_eq!(TokenDraft::of_query(&params), draft, "{href}");
        assert_eq!(TokenDraft::of_query(&ParamsMap::new()), TokenDraft::default());
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let new = store::NewToken::from(TokenDraft {
            days: "soon".into(),
            max_uses: "few".into(),
            secrets: "a, b  c".into(),
            ..TokenDraft::default()
        });
        assert_eq!((new.days, new.max_uses), (u32::MAX, Some(0)));
        assert_eq!(new.secrets, ["a", "b", "c"]);
    }
}
