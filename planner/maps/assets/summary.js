// Rows of the summary, by who walks, which group is counted, and when.

// The row with its shares worked out anew: those of the file are rounded already.
function withExactShares(row) {
  const { people, covered, gap, unknown } = row;
  if (row.share === null || row.share === undefined || !people || covered === undefined) return row;
  return { ...row, share: covered / (covered + gap), share_low: covered / people, share_high: (covered + unknown) / people };
}

const KINDS = ['residential', 'industrial', 'commercial'];
const unique = (values) => [...new Set(values)];
const isKnown = (value) => value !== null && value !== undefined;

class Summary {
  // Looks up rows of the coverage and the checks. A view is {profile, group, moment}; all null: the plan as it stands.
  constructor(data) {
    this.plan = data.profile;
    this.cutoffs = data.cutoffs;
    this.coverage = data.coverage.map(withExactShares);
    this.checks = data.checks.map(withExactShares);
    this.ofProfiles = data.profiles.filter((row) => row.profile !== this.plan).map(withExactShares);
    this.ofGroups = data.groups.map(withExactShares);
    this.ofMoments = data.moments.map(withExactShares);
    this.services = data.services.map(withExactShares);
    this.profiles = unique(this.ofProfiles.map((row) => row.profile));
    this.groups = unique(this.ofGroups.map((row) => row.group));
    this.moments = unique(this.ofMoments.map((row) => row.moment));
    this.completeness = data.completeness;
    this.uncertainty = data.uncertainty;
  }

  get last() { return this.cutoffs[this.cutoffs.length - 1]; }

  rows(view) {
    if (view.group) return this.ofGroups.filter((row) => row.group === view.group);
    if (view.moment) return this.ofMoments.filter((row) => row.moment === view.moment);
    if (view.profile) return this.ofProfiles.filter((row) => row.profile === view.profile);
    return this.coverage;
  }

  // Groups and moments are counted at the last cutoff only.
  cutoffsOf(view) {
    const found = unique(this.rows(view).map((row) => row.cutoff_minutes)).filter(isKnown);
    return found.length ? this.cutoffs.filter((minutes) => found.includes(minutes)) : [this.last];
  }

  row(view, area, kind, cutoff) {
    return this.rows(view).find((row) => row.area === area && (!row.kind || !kind || row.kind === kind)
      && (!isKnown(row.cutoff_minutes) || row.cutoff_minutes === cutoff));
  }

  // The check that a card shows: one of any level, for this very share.
  target(view, area, kind, cutoff) {
    if (view.group) return null;
    const counted = this.row(view, area, kind, cutoff), profile = view.profile || this.plan;
    const fits = this.checks.filter((row) => row.area === area && row.kind === kind && row.result
      && (!row.tier || (counted && row.people === counted.people))
      && (!row.level || row.level === 'any' || row.level === 'all') && !row.domains
      && (row.cutoff_minutes === cutoff || (!isKnown(row.cutoff_minutes) && !isKnown(row.cutoff_m)))
      && (row.moment || null) === (view.moment || null)
      && (!profile || !row.profile || row.profile === profile));
    return fits.find((row) => String(row.rule_id).startsWith('target')) || fits[0];
  }

  // How far the share of an area and kind varies over the repeats.
  range(area, kind) {
    return (this.uncertainty.areas || []).find((row) => row.area === area && row.kind === kind && isKnown(row.share_min));
  }

  // The repeats' row of a check, if it is this very target that they judged: the plan's own, for its own walkers.
  judged(check) {
    const { rule_id: rule, profile, moment, cutoff_minutes: cutoff } = check;
    if (!String(rule).startsWith('target') || moment || cutoff !== this.last || (profile && this.plan && profile !== this.plan)) return null;
    return (this.uncertainty.areas || []).find((row) => row.area === check.area && row.kind === check.kind
      && row.target === check.target && row.result === check.result && isKnown(row.result_stands));
  }
}

// What a group, a profile or a moment is called: as the plan says, else in our words, else by its name.
function titleOf(page, field, name) {
  const { words, data } = page, given = data.titles[field + 's'] || {};
  const own = owns(given, name) ? String(given[name]) : null;
  // The plan has a title in one language only: that of the page.
  if (own && (words.language === data.language || !words.has(field + '_' + name))) return own;
  return words.term(field, name);
}

function whoWords(view, page) {
  const { words, summary } = page;
  if (view.group) return titleOf(page, 'group', view.group);
  const name = view.profile || summary.plan;
  return name ? titleOf(page, 'profile', name) : words.say('profile_');
}

function momentWords(name, page) {
  return name ? titleOf(page, 'moment', name) : page.words.say('moment_any');
}
