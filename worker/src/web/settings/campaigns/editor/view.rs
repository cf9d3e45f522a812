//! The form of a campaign, as a page.

use askama::Template;
use axum::http::StatusCode;
use order_events::{Campaign, Conditions};

use super::suggestions::Suggestions;
use crate::domain::formatting::money;
use crate::sales::preview::{DAYS, Preview};
use crate::store::sessions::SessionRow;
use crate::store::shops::ShopRow;
use crate::web::form::Form;
use crate::web::settings::campaigns::fields::{MATCHES, form_of};
use crate::web::settings::campaigns::view::sentence;

#[derive(Template)]
#[template(path = "settings/campaigns/editor.html")]
struct EditorPage<'a> {
    session: &'a SessionRow,
    /// The path of the page's section.
    place: &'static str,
    /// The token of the form.
    token: &'a str,
    title: String,
    /// The address that the form is sent to.
    action: String,
    /// The address of this page with the other kind of form, if that can express the campaign.
    other_form: Option<String>,
    notice: Option<&'a str>,
    form: &'a Form,
    is_json: bool,
    is_new: bool,
    /// The rule as it is stored or was tried.
    sentence: Option<String>,
    previewed: Option<PreviewView>,
    time_zone: &'a str,
    matches: [(&'static str, &'static str); 6],
    values: Vec<&'a str>,
    coupons: Vec<&'a str>,
    shops: &'a [ShopRow],
    suggested: &'a Suggestions,
    /// True if the optional conditions are shown at once.
    has_conditions: bool,
}

struct PreviewView {
    result: String,
    notes: Vec<String>,
}

/// The content of the page.
pub(crate) struct Editor {
    pub(crate) form: Form,
    /// The campaign that is changed; `None` for a new one.
    pub(crate) stored: Option<Campaign>,
    pub(crate) previewed: Option<Previewed>,
    /// The error, if it belongs to no field.
    pub(crate) notice: Option<String>,
    pub(crate) status: StatusCode,
}

impl Editor {
    /// The form of a new campaign.
    pub(crate) fn new(form: Form) -> Self {
        Self { form, stored: None, previewed: None, notice: None, status: StatusCode::OK }
    }
}

/// The trees of the last 30 days under the campaign of the form.
pub(crate) struct Previewed {
    pub(crate) preview: Preview,
    /// Minor units and their currency; `None` while trees have no price.
    pub(crate) cost: Option<(i64, String)>,
    pub(crate) conditions: Conditions,
}

/// The fields of conditions that a campaign may leave out.
const OPTIONAL_FIELDS: [&str; 7] =
    ["minimum", "coupon", "coupons", "opted_in", "shop", "cap_per_order", "cap_per_month"];

/// Writes the page.
pub(crate) fn render(
    session: &SessionRow,
    token: &str,
    editor: &Editor,
    shops: &[ShopRow],
    suggested: &Suggestions,
) -> askama::Result<String> {
    let (form, stored) = (&editor.form, editor.stored.as_ref());
    let is_json = form.is_chosen("as", "json");
    let conditions = editor.previewed.as_ref().map(|tried| &tried.conditions);
    let conditions = conditions.or(stored.map(|stored| &stored.conditions));
    let page = stored.map_or_else(|| "new".to_owned(), |stored| stored.id.clone());
    let has_fields = stored.is_none_or(|stored| form_of(stored, &session.time_zone, "").is_some());
    EditorPage {
        session,
        place: "/settings/campaigns",
        token,
        title: stored.map_or_else(|| "New campaign".to_owned(), |stored| stored.name.clone()),
        action: stored.map_or_else(
            || "/settings/campaigns".to_owned(),
            |stored| format!("/settings/campaigns/{}", stored.id),
        ),
        other_form: (!is_json || has_fields).then(|| {
            format!("/settings/campaigns/{page}{}", if is_json { "" } else { "?as=json" })
        }),
        notice: editor.notice.as_deref(),
        form,
        is_json,
        is_new: stored.is_none(),
        sentence: conditions.map(|found| sentence(found, shops, &session.time_zone)),
        previewed: editor.previewed.as_ref().map(PreviewView::new),
        time_zone: &session.time_zone,
        matches: MATCHES,
        values: with_empty(form.texts("value"), 3),
        coupons: with_empty(form.texts("coupon"), 2),
        shops,
        suggested,
        has_conditions: OPTIONAL_FIELDS
            .into_iter()
            .any(|field| !form.text(field).is_empty() || form.flaw(field).is_some()),
    }
    .render()
}

/// The typed texts, and empty ones: at least one, and so many fields in all.
fn with_empty<'a>(texts: impl Iterator<Item = &'a str>, fields_min: usize) -> Vec<&'a str> {
    let mut fields: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
    fields.resize(fields.len().saturating_add(1).max(fields_min), "");
    fields
}

impl PreviewView {
    fn new(tried: &Previewed) -> Self {
        let Preview { sales, planting, trees, unpaid, is_cut } = tried.preview;
        let cost = tried.cost.as_ref().map(|(cost, code)| format!(", for {}", money(*cost, code)));
        let cost = cost.unwrap_or_default();
        let tried = counted(sales, "sale", "sales");
        let tried = if is_cut { format!("The latest {tried}") } else { tried };
        let result = format!(
            "{tried} in the last {DAYS} days: {planting} would have planted {}{cost}.",
            counted(trees, "tree", "trees")
        );
        if sales == 0 && !is_cut {
            let result = format!("No sale of the last {DAYS} days would be billed.");
            let note = "The shop's sales are stored from its first webhook delivery on.".to_owned();
            return Self { result, notes: vec![note] };
        }
        let mut notes = Vec::new();
        if unpaid > 0 {
            notes.push(format!("{unpaid} more would plant when they are paid."));
        }
        if is_cut {
            let looked_at = counted(sales, "sale was", "sales were");
            notes.push(format!("Only the latest {looked_at} looked at."));
        }
        Self { result, notes }
    }
}

fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}
