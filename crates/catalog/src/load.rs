use crate::Service;
use crate::file::{CategoriesFile, FileError};
use crate::search::Haystack;
use include_dir::{Dir, include_dir};
use model::{Category, KeyName, TemplateSummary};
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

/// The files as the program carries them, read at first use.
pub(crate) static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let files = SERVICES.files().map(|file| {
        let name = file.path().display().to_string();
        let text = file.contents_utf8().expect("service files are UTF-8, as the tests check");
        (name, text)
    });
    Catalog::read(CATEGORIES, files).expect("the embedded files are valid, as the tests check")
});

static SERVICES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/services");
const CATEGORIES: &str = include_str!("../categories.toml");

/// All services, in the order of the gallery.
pub(crate) struct Catalog {
    pub(crate) categories: Vec<Category>,
    pub(crate) featured: Vec<String>,
    pub(crate) services: Vec<Service>,
    pub(crate) by_id: HashMap<String, usize>,
    /// One for each service, at the same place.
    pub(crate) summaries: Vec<TemplateSummary>,
    /// One for each service, at the same place.
    pub(crate) haystacks: Vec<Haystack>,
}

/// Why the files make no catalogue.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error("categories.toml: {0}")]
    Categories(#[from] toml::de::Error),
    #[error("{file}: {error}")]
    Service { file: String, error: FileError },
    #[error("{file}: its id is {id}, but a file is named after its id")]
    FileName { file: String, id: String },
    #[error("{id}: there is no category {category}")]
    UnknownCategory { id: String, category: String },
    #[error("categories.toml: there is no service {0} to feature")]
    UnknownFeatured(String),
}

impl Catalog {
    /// Reads the files, each given by its name and text.
    pub(crate) fn read<'a>(
        categories: &str,
        files: impl Iterator<Item = (String, &'a str)>,
    ) -> Result<Self, LoadError> {
        let CategoriesFile { featured, category: categories } = toml::from_str(categories)?;
        let mut services =
            files.map(|(name, text)| read_service(name, text)).collect::<Result<Vec<_>, _>>()?;
        check_featured(&featured, &services)?;
        check_categories(&categories, &services)?;
        services.sort_by_cached_key(|service| place(service, &featured, &categories));
        let ids = services.iter().map(|service| service.template.id.clone());
        Ok(Self {
            by_id: ids.zip(0..).collect(),
            summaries: services.iter().map(summary).collect(),
            haystacks: services.iter().map(Haystack::of).collect(),
            services,
            categories,
            featured,
        })
    }
}

fn read_service(file: String, text: &str) -> Result<Service, LoadError> {
    match Service::parse(text) {
        Err(error) => Err(LoadError::Service { file, error }),
        Ok(service) if file != format!("{}.toml", service.template.id) => {
            Err(LoadError::FileName { file, id: service.template.id })
        }
        Ok(service) => Ok(service),
    }
}

fn check_featured(featured: &[String], services: &[Service]) -> Result<(), LoadError> {
    let is_known = |id: &String| services.iter().any(|service| service.template.id == *id);
    match featured.iter().find(|id| !is_known(id)) {
        Some(id) => Err(LoadError::UnknownFeatured(id.clone())),
        None => Ok(()),
    }
}

fn check_categories(categories: &[Category], services: &[Service]) -> Result<(), LoadError> {
    let is_known = |id: &str| categories.iter().any(|category| category.id == id);
    match services.iter().find(|service| !is_known(&service.template.category)) {
        Some(Service { template, .. }) => Err(LoadError::UnknownCategory {
            id: template.id.clone(),
            category: template.category.clone(),
        }),
        None => Ok(()),
    }
}

/// Featured services in their order, then the rest by category and name.
fn place(
    service: &Service,
    featured: &[String],
    categories: &[Category],
) -> (usize, usize, String) {
    let template = &service.template;
    let of_featured = featured.iter().position(|id| *id == template.id);
    let of_category = categories.iter().position(|category| category.id == template.category);
    (
        of_featured.unwrap_or(usize::MAX),
        of_category.unwrap_or(usize::MAX),
        template.name.to_lowercase(),
    )
}

fn summary(service: &Service) -> TemplateSummary {
    let template = &service.template;
    TemplateSummary {
        id: template.id.clone(),
        name: template.name.clone(),
        category: template.category.clone(),
        description: template.description.clone(),
        keys: every_key(service),
        tags: service.tags.clone(),
    }
}

/// The keys of the template and then those that only its options have, each once.
fn every_key(service: &Service) -> Vec<KeyName> {
    let template = &service.template;
    let of_options = template.options.iter().flat_map(|option| &option.keys);
    let mut seen = BTreeSet::new();
    let names = template.keys.iter().chain(of_options).map(|key| &key.name);
    names.filter(|name| seen.insert(*name)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CATEGORIES: &str = r#"
        featured = ["b"]
        category = [{ id = "one", title = "One" }, { id = "two", title = "Two" }]
    "#;

    fn service(id: &str, category: &str, more: &str) -> String {
        format!(
            r#"id = "{id}"
            name = "{id}"
            category = "{category}"
            description = ""
            secret_name = "{id}"
            {more}
            [rotation]
            api = "no"
            [[keys]]
            name = "KEY"
            label = "Key"
            help = "A key.""#
        )
    }

    fn read(files: &[(&str, String)]) -> Result<Vec<String>, String> {
        let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_str()));
        let catalog = Catalog::read(CATEGORIES, files).map_err(|error| error.to_string())?;
        Ok(catalog.services.into_iter().map(|service| service.template.id).collect())
    }

    #[test]
    fn featured_come_first_and_then_categories_and_names() {
        let files = [
            ("d.toml", service("d", "one", "")),
            ("a.toml", service("a", "two", "")),
            ("b.toml", service("b", "two", "")),
            ("c.toml", service("c", "one", "")),
        ];
        assert_eq!(read(&files).unwrap(), ["b", "c", "d", "a"]);
    }

    #[test]
    fn mistakes_in_files_are_named() {
        let b = ("b.toml", service("b", "one", ""));
        let option = r#"options = [{ id = "o", title = "", note = "", keys = ["OTHER"] }]"#;
        let unused = "\n[[option_keys]]\nname = \"LOST\"\nlabel = \"\"\nhelp = \"\"";
        for (file, expected) in [
            (
                ("x.toml", service("a", "one", "")),
                "x.toml: its id is a, but a file is named after its id",
            ),
            (("a.toml", service("a", "three", "")), "a: there is no category three"),
            (("a.toml", service("a", "one", "colour = 1")), "unknown field `colour`"),
            (("a.toml", service("a", "one", option)), "option o names OTHER, which neither"),
            (("a.toml", service("a", "one", "") + unused), "defines LOST, which no option names"),
            (("a.toml", service("a", "one", "").replace("KEY", "1KEY")), "not a legal name"),
        ] {
            let error = read(&[b.clone(), file]).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
        assert_eq!(read(&[]).unwrap_err(), "categories.toml: there is no service b to feature");
    }
}
