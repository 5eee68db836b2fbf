//! The rows of a long list as they stand in the page. Leptos draws each; which there are, and how much space the others take, is arranged by
//! hand: `<For>` moves rows that stay when others come before them, and a row that is moved loses the focus.

use super::{
    super::{
        pages::Pages,
        way::Way,
        window::{Piece, around, pages, pieces, still_serves},
    },
    LongList,
};
use crate::lazy::is_first;
use leptos::{
    ev,
    prelude::*,
    tachys::view::{Mountable, Position, Render, RenderHtml},
    task::spawn_local,
    wasm_bindgen::{JsCast, JsValue},
};
use model::SecretId;
use std::{collections::BTreeMap, mem, ops::Range, rc::Rc, time::Duration};
use web_sys::{Element, HtmlElement, ScrollRestoration};

/// Draws the row of this place: its secret, or that it is on its way.
type Draw = Rc<dyn Fn(u32) -> AnyView>;

/// What stands in the body of the table.
#[derive(Default)]
pub(super) struct Dom {
    body: Option<Element>,
    draw: Option<(Draw, Owner)>,
    rows: BTreeMap<u32, Row>,
    spaces: Vec<Element>,
    /// The rows that were arranged last, the pieces that are, and how high a row was then.
    arranged: (Range<u32>, Vec<Piece>, i32),
    /// Whether a page is under way: they are read one after the other.
    reads: bool,
    /// The page that is read next, if it is still missing in a moment.
    wanted_page: Option<u32>,
    /// Stays in the page wherever the list is scrolled to: the row that is looked at.
    held: Option<u32>,
    /// Gets the focus as soon as it is read.
    wanted: Option<u32>,
    /// What stood at the window's top when the page was left, until its row is read again.
    restores: Option<(u32, SecretId)>,
    /// Whether rows are on their way.
    waits: bool,
    /// How often the list was scrolled: what stands at the top is remembered once it rests.
    scrolls: u32,
}

struct Row {
    element: HtmlElement,
    is_read: bool,
    /// Nothing for those that came from the server, until they are taken over.
    drawn: Option<Drawn>,
}

type Drawn = (<AnyView as Render>::State, Owner);

impl Row {
    /// Puts a row into the body, before what comes after it.
    fn build(
        view: impl FnOnce() -> AnyView,
        owner: Owner,
        body: &Element,
        after: Option<&Element>,
        is_read: bool,
    ) -> Self {
        let mut state = owner.with(|| view().build());
        state.mount(body, after.map(AsRef::as_ref));
        let element =
            after.map_or_else(|| body.last_element_child(), Element::previous_element_sibling);
        let element = element.and_then(|element| element.dyn_into().ok());
        let element = element.expect("the row was just put there");
        Self { element, is_read, drawn: Some((state, owner)) }
    }

    /// Makes a row work that came from the server.
    fn take_over(&mut self, view: impl FnOnce() -> AnyView, owner: Owner) {
        let take = || view().hydrate_from_position::<true>(&self.element, Position::Current);
        self.drawn = Some((owner.with(take), owner));
    }

    /// Says which row it is, as its view did.
    fn number(&self, place: u32) {
        let _ = self.element.set_attribute("aria-rowindex", &(place + 2).to_string());
    }

    fn remove(mut self) {
        if let Some((state, owner)) = &mut self.drawn {
            state.unmount();
            owner.cleanup();
        }
        self.element.remove();
    }
}

impl Dom {
    /// How high a row is: two beside each other tell.
    fn row_height(&self) -> i32 {
        let mut rows = self.rows.iter();
        let Some((mut last, mut above)) = rows.next() else { return 0 };
        for (place, row) in rows {
            if *place == last + 1 {
                return row.element.offset_top() - above.element.offset_top();
            }
            (last, above) = (place, row);
        }
        0
    }

    /// How far the list's top lies above the window's, the window's height, and that of a row, in pixels.
    fn measures(&self) -> Option<(i32, i32, i32)> {
        let root = document().document_element()?;
        let top = self.body.as_ref()?.get_bounding_client_rect().top();
        #[expect(clippy::cast_possible_truncation, reason = "pages are not so high")]
        let above = -top as i32;
        Some((above, root.client_height(), self.row_height()))
    }

    /// Puts the rows that are seen into the page and takes others out. Returns which rows are seen, and some around them.
    fn arrange(&mut self, total: u32, is_read: impl Fn(u32) -> bool) -> Option<Range<u32>> {
        let (above, height, row) = self.measures()?;
        let (body, (draw, parent)) = (self.body.clone()?, self.draw.clone()?);
        let (last, _, _) = &self.arranged;
        let window = if still_serves(last, above, height, row, total) {
            last.clone()
        } else {
            around(above, height, row, total)
        };
        let pieces = pieces(total, window.clone(), self.held.or_else(focused));
        self.renumber(&pieces, &is_read);
        let stays = |place: u32, row: &Row| {
            pieces.contains(&Piece::Row(place)) && row.is_read == is_read(place)
        };
        let gone: Vec<u32> = self
            .rows
            .iter()
            .filter(|(place, row)| !stays(**place, row))
            .map(|(place, _)| *place)
            .collect();
        let arranged = (window.clone(), pieces, row);
        if gone.is_empty() && self.arranged == arranged {
            return Some(window);
        }
        gone.iter().filter_map(|place| self.rows.remove(place)).for_each(Row::remove);
        self.spaces.drain(..).for_each(|space| space.remove());
        // From the end, so that what comes after each is there.
        let mut after: Option<Element> = None;
        for piece in arranged.1.iter().rev() {
            let element: Element = match *piece {
                Piece::Space(rows) => {
                    let space = space(i64::from(rows) * i64::from(row));
                    let _ = body.insert_before(&space, after.as_deref());
                    self.spaces.push(space.clone().into());
                    space.into()
                }
                Piece::Row(place) => {
                    let view = || draw(place);
                    let row = self.rows.entry(place).or_insert_with(|| {
                        Row::build(view, parent.child(), &body, after.as_ref(), is_read(place))
                    });
                    if row.drawn.is_none() {
                        row.take_over(view, parent.child());
                    }
                    row.element.clone().into()
                }
            };
            after = Some(element);
        }
        self.arranged = arranged;
        self.mark(true);
        Some(window)
    }

    /// Where nothing but rows on their way stood and shall stand, they get other numbers: they are all alike, and others in their place would
    /// cost a frame its time.
    fn renumber(&mut self, pieces: &[Piece], is_read: impl Fn(u32) -> bool) {
        let wanted = pieces.iter().filter_map(|piece| match piece {
            Piece::Row(place) => Some(*place),
            Piece::Space(_) => None,
        });
        let wanted: Vec<u32> = wanted.collect();
        let are_alike = wanted.len() == self.rows.len()
            && !self.rows.values().any(|row| row.is_read)
            && !wanted.iter().any(|place| is_read(*place));
        if are_alike {
            let rows = wanted.into_iter().zip(mem::take(&mut self.rows).into_values());
            self.rows = rows.inspect(|(place, row)| row.number(*place)).collect();
        }
    }

    /// Marks the row that is held, or does so no longer.
    fn mark(&self, holds: bool) {
        let Some(row) = self.held.and_then(|place| self.rows.get(&place)) else { return };
        let _ = if holds {
            row.element.set_attribute("aria-current", "true")
        } else {
            row.element.remove_attribute("aria-current")
        };
    }
}

impl LongList {
    /// Fills the table's body, or takes over the rows of the first page that come `from_server`, and keeps it as it shall be for as long as the
    /// list is there.
    pub(in super::super) fn take_over(
        self,
        body: &Element,
        from_server: bool,
        draw: impl Fn(u32) -> AnyView + 'static,
    ) {
        let owner = Owner::current().expect("components have owners");
        let way = remembered();
        self.dom.update_value(|dom| {
            if from_server {
                dom.rows = rows_of(body);
            } else {
                // Of a list that stood here before.
                body.set_text_content(None);
            }
            dom.body = Some(body.clone());
            dom.draw = Some((Rc::new(draw), owner));
            dom.restores = way.top;
        });
        self.selection.add(&way.selected);
        if let Ok(history) = window().history() {
            // By the row, not by pixels.
            let _ = history.set_scroll_restoration(ScrollRestoration::Manual);
        }
        let scrolled = window_event_listener(ev::scroll, move |_| self.scrolled());
        let resized = window_event_listener(ev::resize, move |_| self.update());
        // Whoever leaves before the list rests comes back to here too.
        let clicked = window_event_listener(ev::click, move |_| self.remember());
        on_cleanup(move || {
            scrolled.remove();
            resized.remove();
            clicked.remove();
            // The address may still be the list's, which keeps its way: other pages have theirs once they are in the history.
            set_timeout(leave_scrolling_to_browser, Duration::ZERO);
        });
        self.update();
        // What was just made stands in the page by the next frame, and has its height.
        request_animation_frame(move || {
            // The list may be gone by then.
            let Some(restores) = self.dom.try_with_value(|dom| dom.restores) else { return };
            self.update();
            if let Some((place, _)) = restores {
                self.put_on_top(place);
            }
            // After the page's heading, which has the focus after each step.
            if let Some(place) = way.focus {
                self.focus(place);
            }
        });
    }

    /// Brings the rows into the page that are seen now, and reads what is missing of them.
    pub(in super::super) fn update(self) {
        let total = self.pages.try_with_value(Pages::total);
        let is_read = |place| self.pages.with_value(|pages| pages.row(place).is_some());
        let arranged = total.and_then(|total| {
            let window = self.dom.try_update_value(|dom| {
                let knows_height = dom.row_height() > 0;
                let window = dom.arrange(total, is_read)?;
                // The first rows told it.
                if knows_height { Some(window) } else { dom.arrange(total, is_read) }
            })??;
            Some((window, total))
        });
        let Some((window, total)) = arranged else { return };
        self.tell_waiting();
        self.focus_wanted();
        self.read_missing(window, total);
    }

    /// Says that rows are on their way once they have been for long: what comes at once should not flash grey first.
    fn tell_waiting(self) {
        let (waits, did) = self
            .dom
            .try_update_value(|dom| {
                let waits = dom.rows.values().any(|row| !row.is_read);
                (waits, mem::replace(&mut dom.waits, waits))
            })
            .unwrap_or_default();
        if waits && !did {
            set_timeout(move || self.set_busy(), LONG);
        } else if did && !waits {
            self.set_busy();
        }
    }

    fn set_busy(self) {
        let _ = self.dom.try_with_value(|dom| {
            let body = dom.body.as_ref()?;
            if dom.waits {
                body.set_attribute("aria-busy", "true")
            } else {
                body.remove_attribute("aria-busy")
            }
            .ok()
        });
    }

    /// The first row that is seen.
    pub(in super::super) fn first_seen(self) -> u32 {
        self.dom
            .with_value(|dom| {
                let (above, _, row) = dom.measures()?;
                u32::try_from((above + row - 1).checked_div(row)?).ok()
            })
            .unwrap_or(0)
    }

    /// How many rows the window has room for.
    pub(in super::super) fn seen(self) -> u32 {
        self.dom
            .with_value(|dom| {
                let (_, height, row) = dom.measures()?;
                u32::try_from(height.checked_div(row)?).ok()
            })
            .unwrap_or(1)
    }

    /// Scrolls as far as it takes to see a row.
    pub(in super::super) fn show(self, place: u32) {
        let Some((above, height, row)) = self.dom.with_value(Dom::measures) else { return };
        let top = i32::try_from(i64::from(place) * i64::from(row)).unwrap_or(i32::MAX);
        let hidden = (above - top + row).max(0) - (top + 2 * row + BAR - above - height).max(0);
        if hidden != 0 {
            window().scroll_by_with_x_and_y(0.0, f64::from(-hidden));
        }
        self.update();
    }

    fn put_on_top(self, place: u32) {
        let Some((above, _, row)) = self.dom.with_value(Dom::measures) else { return };
        let top = i32::try_from(i64::from(place) * i64::from(row)).unwrap_or(i32::MAX);
        window().scroll_by_with_x_and_y(0.0, f64::from(top.saturating_sub(above)));
        self.update();
    }

    /// Gives the focus to a row, at once or when it is read.
    pub(in super::super) fn focus(self, place: u32) {
        self.dom.update_value(|dom| dom.wanted = Some(place));
        self.show(place);
    }

    /// Keeps a row in the page that is looked at, and marks it; or none.
    pub(in super::super) fn hold(self, place: Option<u32>) {
        self.dom.try_update_value(|dom| {
            dom.mark(false);
            dom.held = place;
            dom.mark(true);
        });
    }

    fn focus_wanted(self) {
        let link = self.dom.try_update_value(|dom| {
            let row = dom.rows.get(&dom.wanted?).filter(|row| row.is_read)?;
            let link = row.element.query_selector(".row-link").ok()??;
            dom.wanted = None;
            link.dyn_into::<HtmlElement>().ok()
        });
        if let Some(link) = link.flatten() {
            let _ = link.focus();
        }
    }

    /// Reads the first page that is missing, unless it is scrolled past in a moment: reading each would take the frames their time.
    fn read_missing(self, window: Range<u32>, total: u32) {
        let missing =
            self.pages.with_value(|read| pages(&window, total).find(|page| !read.has(*page)));
        let is_new = self.dom.try_update_value(|dom| {
            let is_new = missing.is_some() && dom.wanted_page != missing && !dom.reads;
            dom.wanted_page = missing;
            is_new
        });
        let Some(number) = missing.filter(|_| is_new == Some(true)) else { return };
        let read = move || {
            let is_wanted = self.dom.try_update_value(|dom| {
                let is_wanted = dom.wanted_page == Some(number) && !dom.reads;
                dom.reads |= is_wanted;
                is_wanted
            });
            if is_wanted == Some(true) {
                self.read_page(number);
            }
        };
        set_timeout(read, MOMENT);
    }

    fn read_page(self, number: u32) {
        spawn_local(async move {
            let read = self.read(number).await;
            let is_there = self.dom.try_update_value(|dom| {
                dom.reads = false;
                dom.wanted_page = None;
            });
            if is_there.is_none() {
                return;
            }
            self.failed.set(read.err());
            if self.failed.with_untracked(Option::is_none) {
                self.restore();
                self.update();
            }
        });
    }

    /// Goes to the row of the secret that stood at the top, which may have moved since.
    fn restore(self) {
        let Some((place, id)) = self.dom.with_value(|dom| dom.restores) else { return };
        let (is_there, now) =
            self.pages.with_value(|pages| (pages.row(place).is_some(), pages.place_of(id)));
        if is_there || now.is_some() {
            self.dom.update_value(|dom| dom.restores = None);
            if let Some(now) = now.filter(|now| *now != place) {
                self.put_on_top(now);
            }
        }
    }

    fn scrolled(self) {
        self.update();
        let Some(mine) = self.dom.try_update_value(|dom| {
            dom.scrolls = dom.scrolls.wrapping_add(1);
            dom.scrolls
        }) else {
            return;
        };
        let remember = move || {
            if self.dom.try_with_value(|dom| dom.scrolls == mine) == Some(true) {
                self.remember();
            }
        };
        set_timeout(remember, REST);
    }

    /// Keeps in the history which row has the focus, if it is seen, what stands at the top, and what is selected, for when somebody comes
    /// back; not before the list is again as it was kept.
    pub(in super::super) fn remember(self) {
        if self.dom.try_with_value(|dom| dom.restores.is_none()) != Some(true) {
            return;
        }
        let place = self.first_seen();
        let seen = place..place.saturating_add(self.seen());
        let top = self.secret(place).filter(|_| place > 0);
        let way = Way {
            focus: focused().filter(|row| seen.contains(row)),
            top: top.map(|secret| (place, secret.id)),
            selected: untrack(|| self.selection.ids()),
        };
        let state = JsValue::from_str(&way.to_string());
        if let Ok(history) = window().history() {
            let _ = history.replace_state(&state, "");
        }
    }
}

/// The rows of the first page as they came from the server.
fn rows_of(body: &Element) -> BTreeMap<u32, Row> {
    let children = body.children();
    let elements = (0..children.length()).filter_map(|place| {
        Some((place, children.get_with_index(place)?.dyn_into::<HtmlElement>().ok()?))
    });
    elements.map(|(place, element)| (place, Row { element, is_read: true, drawn: None })).collect()
}

fn leave_scrolling_to_browser() {
    let is_list = location().pathname().is_ok_and(|path| is_first(&path));
    if let Some(history) = window().history().ok().filter(|_| !is_list) {
        let _ = history.set_scroll_restoration(ScrollRestoration::Auto);
    }
}

/// What [`LongList::remember`] kept.
fn remembered() -> Way {
    let state = window().history().and_then(|history| history.state());
    Way::read(&state.ok().and_then(|state| state.as_string()).unwrap_or_default())
}

/// The row that the focus is in.
pub(in super::super) fn focused() -> Option<u32> {
    let row = document().active_element()?.closest("tr[aria-rowindex]").ok()??;
    // The head is the first, and they count from one.
    row.get_attribute("aria-rowindex")?.parse::<u32>().ok()?.checked_sub(2)
}

/// Sized by script: the content security policy forbids what stands in `style`.
fn space(height: i64) -> HtmlElement {
    let space =
        document().create_element("tr").ok().and_then(|row| row.dyn_into::<HtmlElement>().ok());
    let space = space.expect("browsers have table rows");
    space.set_class_name("row-space");
    let _ = space.set_attribute("aria-hidden", "true");
    let _ = space.style().set_property("height", &format!("{height}px"));
    space
}

/// What lies over the window's end: the selection's bar.
const BAR: i32 = 64;
/// Nobody looks at what is scrolled past faster.
const MOMENT: Duration = Duration::from_millis(60);
/// What takes longer than this is said.
const LONG: Duration = Duration::from_millis(200);
/// The list rests when it was not scrolled for this long.
const REST: Duration = Duration::from_millis(150);
