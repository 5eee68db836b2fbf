use crate::Service;
use crate::load::CATALOG;
use model::{Template, TemplateSummary};

/// The services that match every word of the query, best first; all of them for an empty one.
///
/// A name that begins with the query comes before one that holds it, names before key names, and those before
/// descriptions; equals keep the order of the gallery. With a category, only its services are looked at.
pub fn search(query: &str, category: Option<&str>) -> Vec<&'static TemplateSummary> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let of_category = |summary: &TemplateSummary| category.is_none_or(|id| summary.category == id);
    let candidates = CATALOG.summaries.iter().zip(&CATALOG.haystacks);
    let mut found: Vec<_> = candidates
        .filter(|(summary, _)| of_category(summary))
        .filter_map(|(summary, haystack)| Some((haystack.rank(&words)?, summary)))
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, summary)| summary).collect()
}

/// What a service can be found by, in lower case.
pub(crate) struct Haystack {
    id: String,
    name: String,
    tags: Vec<String>,
    keys: Vec<String>,
    aliases: Vec<String>,
    description: String,
}

/// How well a word fits, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    IsName,
    BeginsName,
    BeginsWordOfName,
    IsTag,
    InName,
    IsKey,
    InKey,
    InTag,
    InAlias,
    InDescription,
}

impl Haystack {
    pub(crate) fn of(service: &Service) -> Self {
        let Template { id, name, description, keys, options, .. } = &service.template;
        let keys = || keys.iter().chain(options.iter().flat_map(|option| &option.keys));
        let aliases = keys().flat_map(|key| &key.aliases);
        Self {
            id: id.to_lowercase(),
            name: name.to_lowercase(),
            tags: service.tags.iter().map(|tag| tag.to_lowercase()).collect(),
            keys: keys().map(|key| key.name.as_str().to_lowercase()).collect(),
            aliases: aliases.map(|alias| alias.name.as_str().to_lowercase()).collect(),
            description: description.to_lowercase(),
        }
    }

    /// The worst rank of all words, since each has to fit. No words fit everything alike.
    fn rank(&self, words: &[String]) -> Option<Rank> {
        let phrase = words.join(" ");
        if self.name == phrase || self.id == phrase {
            return Some(Rank::IsName);
        }
        let ranks: Option<Vec<_>> = words.iter().map(|word| self.rank_of_word(word)).collect();
        Some(ranks?.into_iter().max().unwrap_or(Rank::IsName))
    }

    fn rank_of_word(&self, word: &str) -> Option<Rank> {
        let any =
            |texts: &[String], fits: &dyn Fn(&str) -> bool| texts.iter().any(|text| fits(text));
        let is = |text: &str| text == word;
        let holds = |text: &str| text.contains(word);
        let mut words_of_name = self.name.split(|c: char| !c.is_alphanumeric());
        [
            (Rank::IsName, is(&self.name) || is(&self.id)),
            (Rank::BeginsName, self.name.starts_with(word) || self.id.starts_with(word)),
            (Rank::BeginsWordOfName, words_of_name.any(|part| part.starts_with(word))),
            (Rank::IsTag, any(&self.tags, &is)),
            (Rank::InName, holds(&self.name) || holds(&self.id)),
            (Rank::IsKey, any(&self.keys, &is)),
            (Rank::InKey, any(&self.keys, &holds)),
            (Rank::InTag, any(&self.tags, &holds)),
            (Rank::InAlias, any(&self.aliases, &holds)),
            (Rank::InDescription, holds(&self.description)),
        ]
        .into_iter()
        .find_map(|(rank, fits)| fits.then_some(rank))
    }
}
