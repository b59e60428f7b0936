// Rows of the summary, by who walks, which group is counted, and when.

import { keyOfClass } from './classes.js';
import { isKnown, unique } from './values.js';

// The row with its shares worked out anew: those of the file are rounded already.
export function withExactShares(row) {
  const { people, covered, gap, unknown } = row;
  if (row.share === null || row.share === undefined || !people || covered === undefined) return row;
  return { ...row, share: covered / (covered + gap), share_low: covered / people, share_high: (covered + unknown) / people };
}

export class Summary {
  // Looks up rows of the coverage and the checks. A whom is {profile, group, moment, condition, class}; all null: the plan as it stands.
  constructor(data) {
    this.plan = data.profile;
    this.cutoffs = data.cutoffs;
    this.coverage = data.coverage.map(withExactShares);
    this.checks = data.checks.map(withExactShares);
    // A group stands for the way that its people walk: nothing is offered twice.
    const taken = [this.plan, ...data.groups.map((row) => row.profile)];
    this.ofProfiles = data.profiles.filter((row) => !taken.includes(row.profile)).map(withExactShares);
    this.ofGroups = data.groups.map(withExactShares);
    this.ofMoments = data.moments.map(withExactShares);
    // Under a condition, such as ice, the plan's own walkers alone are shown.
    this.ofConditions = (data.conditions || []).filter((row) => !this.plan || row.profile === this.plan).map(withExactShares);
    this.ofClasses = (data.by_class || []).map((row) => withExactShares({ ...row, class: keyOfClass(row.class) }));
    this.services = data.services.map(withExactShares);
    this.profiles = unique(this.ofProfiles.map((row) => row.profile));
    this.groups = unique(this.ofGroups.map((row) => row.group));
    this.moments = unique(this.ofMoments.map((row) => row.moment));
    this.conditions = unique(this.ofConditions.map((row) => row.condition));
    const { names } = data.classes || { names: [] };
    this.classes = names.map(keyOfClass); // those with people
    this.completeness = data.completeness;
    this.uncertainty = data.uncertainty;
  }

  get last() { return this.cutoffs[this.cutoffs.length - 1]; }

  rows(whom) {
    if (whom.class) return this.ofClasses.filter((row) => row.class === whom.class);
    if (whom.group) return this.ofGroups.filter((row) => row.group === whom.group);
    if (whom.moment) return this.ofMoments.filter((row) => row.moment === whom.moment);
    if (whom.condition) return this.ofConditions.filter((row) => row.condition === whom.condition);
    if (whom.profile) return this.ofProfiles.filter((row) => row.profile === whom.profile);
    return this.coverage;
  }

  // Groups, moments and conditions are counted at the last cutoff only.
  cutoffsOf(whom) {
    const found = unique(this.rows(whom).map((row) => row.cutoff_minutes)).filter(isKnown);
    return found.length ? this.cutoffs.filter((minutes) => found.includes(minutes)) : [this.last];
  }

  row(whom, area, kind, cutoff) {
    return this.rows(whom).find((row) => row.area === area && (!row.kind || !kind || row.kind === kind)
      && (!isKnown(row.cutoff_minutes) || row.cutoff_minutes === cutoff));
  }

  // The check that a card shows: one of any level, for this very share.
  target(whom, area, kind, cutoff) {
    if (whom.group || whom.class || whom.condition) return null; // targets are of everybody of a kind, and of the usual walk
    const counted = this.row(whom, area, kind, cutoff), profile = whom.profile || this.plan;
    const fits = this.checks.filter((row) => row.area === area && row.kind === kind && row.result
      && (!row.tier || (counted && row.people === counted.people))
      && (!row.level || row.level === 'any' || row.level === 'all') && !row.domains
      && (row.cutoff_minutes === cutoff || (!isKnown(row.cutoff_minutes) && !isKnown(row.cutoff_m)))
      && (row.moment || null) === (whom.moment || null)
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
