//! The gallery's order, and what its search finds.

use model::TemplateDraft;

fn ids(summaries: &[&model::TemplateSummary]) -> Vec<String> {
    summaries.iter().map(|summary| summary.id.clone()).collect()
}

fn found(query: &str) -> Vec<String> {
    ids(&catalog::search(query, None))
}

#[test]
fn every_template_with_keys_can_be_copied() {
    for service in catalog::services() {
        let copied = TemplateDraft::of(&service.template).parse(catalog::pattern_is_safe);
        let id = &service.template.id;
        match copied {
            Ok(copied) => {
                assert!(copied.is_own() && !service.template.is_own(), "{id}");
                assert_eq!(
                    copied.missing_keys(|_| false),
                    service.template.missing_keys(|_| false)
                );
            }
            Err(problems) => assert!(service.template.keys.is_empty(), "{id}: {problems:?}"),
        }
    }
}

#[test]
fn the_featured_services_come_first_in_their_order() {
    let expected = [
        "openai",
        "huggingface",
        "aws",
        "postgres",
        "wandb",
        "github",
        "mongodb",
        "anthropic",
        "gcp-service-account",
        "azure-openai",
        "mysql",
        "redis",
        "s3-compatible",
        "slack",
        "stripe",
        "kaggle",
        "ssh-key",
        "custom",
    ];
    assert_eq!(catalog::featured(), expected);
    let first: Vec<_> =
        catalog::summaries().iter().take(expected.len()).map(|s| s.id.as_str()).collect();
    assert_eq!(first, expected);
}

#[test]
fn the_rest_follows_by_category_and_name() {
    let place = |summary: &model::TemplateSummary| {
        let category =
            catalog::categories().iter().position(|category| category.id == summary.category);
        (category.unwrap(), summary.name.to_lowercase())
    };
    let rest: Vec<_> =
        catalog::summaries()[catalog::featured().len()..].iter().map(place).collect();
    assert!(rest.is_sorted());
    assert_eq!(rest.len(), 180);
}

#[test]
fn there_are_22_categories_and_none_is_empty() {
    assert_eq!(catalog::categories().len(), 22);
    for category in catalog::categories() {
        assert!(!catalog::search("", Some(&category.id)).is_empty(), "{}", category.id);
    }
}

#[test]
fn an_empty_search_is_the_gallery() {
    let everything: Vec<_> =
        catalog::summaries().iter().map(|summary| summary.id.clone()).collect();
    assert_eq!(found(""), everything);
    assert_eq!(found("  "), everything);
}

#[test]
fn the_best_match_comes_first() {
    for (query, best) in [
        ("postgres", "postgres"),
        ("PostgreSQL", "postgres"),
        ("hugging face", "huggingface"),
        ("weights & biases", "wandb"),
        ("Weights", "wandb"),
        ("open", "openai"),
        ("aws", "aws"),
        ("s3", "s3-compatible"),
        ("redis", "redis"),
        ("slack", "slack"),
        ("HF_TOKEN", "huggingface"),
        ("wandb_api", "wandb"),
        ("HUGGINGFACE_TOKEN", "huggingface"),
        ("DATABASE_URL", "postgres"),
        ("claude", "anthropic"),
        // A name that begins with it comes before PostgreSQL's tag.
        ("sql", "sql-server"),
        ("google cloud", "gcp-service-account"),
        ("custom", "custom"),
    ] {
        assert_eq!(found(query).first().map(String::as_str), Some(best), "{query}");
    }
}

#[test]
fn every_word_has_to_fit() {
    assert_eq!(found("slack webhook").first().map(String::as_str), Some("slack-webhook"));
    assert!(found("slack xyzzy").is_empty());
}

#[test]
fn a_category_limits_the_search() {
    let databases = catalog::search("postgres", Some("database"));
    assert!(databases.iter().all(|summary| summary.category == "database"));
    assert_eq!(databases[0].id, "postgres");
    assert!(catalog::search("", Some("no-such-category")).is_empty());
}

#[test]
fn a_card_lists_the_keys_of_options_too() {
    let postgres = catalog::summaries().iter().find(|summary| summary.id == "postgres").unwrap();
    let keys: Vec<_> = postgres.keys.iter().map(model::KeyName::as_str).collect();
    assert_eq!(
        keys,
        [
            "PGHOST",
            "PGPORT",
            "PGUSER",
            "PGPASSWORD",
            "PGDATABASE",
            "PGSSLMODE",
            "DATABASE_URL",
            "DIRECT_URL"
        ]
    );
}
