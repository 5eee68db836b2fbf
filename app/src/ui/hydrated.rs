use leptos::prelude::*;

/// Whether scripts run what is drawn here.
#[derive(Clone, Copy)]
pub struct Hydrated(RwSignal<bool>);

impl Hydrated {
    /// Whoever takes over what the server drew calls [`Self::mark`].
    pub fn new(already: bool) -> Self {
        Self(RwSignal::new(already))
    }

    /// Tells what is drawn from here on.
    pub fn provide(self) {
        provide_context(self);
    }

    pub fn mark(self) {
        self.0.try_set(true);
    }

    pub fn get(self) -> ReadSignal<bool> {
        self.0.read_only()
    }
}

/// True once the browser runs the page: what needs scripts shows itself only then. What it draws later is so from the start.
pub fn hydrated() -> ReadSignal<bool> {
    use_context().map_or_else(|| RwSignal::new(false).read_only(), Hydrated::get)
}
