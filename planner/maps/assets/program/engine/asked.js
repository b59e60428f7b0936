// Who walks, when, and whose people are counted: what a question leaves out is as the plan has it.

import { Fault } from './faults.js';

function find(name, rows, key) {
  const at = rows.findIndex((row) => row.name === name);
  if (at < 0) throw new Fault(key, { value: String(name), known: rows.map((row) => row.name).join(', ') || '-' });
  return at;
}

// {p, q, group, cutoff, reach}: numbers of the profile and the moment (null: whatever the hours), the group or null, the last
// cutoff in minutes, and the metres that a straight walk covers in it.
export function readAsked({ profile = null, moment = null, group = null } = {}, head) {
  const whose = group === null ? null : head.groups[find(group, head.groups, 'group_unknown')];
  const p = find(profile === null ? (whose && whose.profile) || head.profile : profile, head.profiles, 'profile_unknown');
  const q = moment === null ? null : find(moment, head.moments, 'moment_unknown');
  const cutoff = head.cutoffs[head.cutoffs.length - 1];
  return { p, q, group: whose, cutoff, reach: (((head.profiles[p].reach_kmh || head.profiles[p].speed_kmh) * 1000) / 60) * cutoff };
}
