//! How much a secret may hold. Going over a limit names the limit and by how much, and changes nothing.

/// Longest secret, environment or tag name, in characters.
pub const NAME_CHARS: usize = 64;
/// Longest key, in bytes.
pub const KEY_BYTES: usize = 256;
/// Longest value, in bytes.
pub const VALUE_BYTES: usize = 64 * 1024;
/// All values of a secret together, in bytes.
pub const SECRET_BYTES: usize = 1024 * 1024;
/// Most keys in a secret.
pub const SECRET_KEYS: usize = 512;
/// Longest note on a version, in characters.
pub const NOTE_CHARS: usize = 500;
/// Most tags on a secret.
pub const TAGS: usize = 20;
/// Longest name of a person or a workspace, in characters.
pub const DISPLAY_NAME_CHARS: usize = 80;
/// Shortest password, in characters.
pub const PASSWORD_MIN_CHARS: usize = 15;
/// Longest password, in characters.
pub const PASSWORD_MAX_CHARS: usize = 256;
/// How long a deleted secret stays in the trash, in days.
pub const TRASH_DAYS: i64 = 30;
/// Longest life of a token that ends, in days.
pub const TOKEN_DAYS: u32 = 366;
/// Most names or beginnings of names that bound a token.
pub const TOKEN_NAMES: usize = 8;
/// Most addresses that bound a token.
pub const TOKEN_ADDRESSES: usize = 16;
/// Longest time that a token's old text works on after its rotation, in hours.
pub const TOKEN_OVERLAP_HOURS: u32 = 24;
/// Most environments in a workspace.
pub const ENVIRONMENTS: usize = 50;
/// Most invitations of a workspace that wait for an answer.
pub const INVITATIONS: usize = 100;
/// How long the link of an invitation works, in hours.
pub const INVITATION_HOURS: i64 = 72;
/// Most passkeys of one person.
pub const PASSKEYS: usize = 10;
/// How many recovery codes a person gets.
pub const RECOVERY_CODES: usize = 10;
/// Most workspaces of one person.
pub const WORKSPACES: usize = 50;
/// Most templates that a workspace makes itself.
pub const TEMPLATES: usize = 200;
/// Most keys that such a template asks for.
pub const TEMPLATE_KEYS: usize = 64;
/// Most alternatives in such a template.
pub const TEMPLATE_GROUPS: usize = 16;
/// Most values that a key of such a template may choose from.
pub const TEMPLATE_CHOICES: usize = 50;
/// Most notes on such a template.
pub const TEMPLATE_NOTES: usize = 10;
/// Longest description, help, note, default or pattern in such a template, in characters.
pub const TEMPLATE_TEXT_CHARS: usize = 500;
/// Most views of the list that one person saves in a workspace.
pub const VIEWS: usize = 30;
/// Longest query of such a view, in characters.
pub const VIEW_CHARS: usize = 1_000;
