// Invented people with invented contact data, planted in prompts so that redaction has something to mask. The card
// numbers are the test numbers of the card networks (they pass the Luhn check), the e-mails end in example.com/.org
// (RFC 2606) and the phone numbers lie in ranges kept free for fiction.
import type { Random } from '../random.ts';

export interface Person {
  name: string;
  email: string;
  phone: string;
  card: string;
  iban: string;
  /** As apps name their users: opaque. */
  user: string;
}

const givenNames = [
  'Amara',
  'Bruno',
  'Chiara',
  'Dmitri',
  'Elif',
  'Farid',
  'Greta',
  'Hana',
  'Ivo',
  'Jun',
  'Katrin',
  'Luis',
  'Mira',
  'Noor',
  'Oskar',
  'Priya',
];
const familyNames = [
  'Okafor',
  'Lindqvist',
  'Marchetti',
  'Novak',
  'Aydin',
  'Haddad',
  'Brandt',
  'Sato',
  'Petrov',
  'Kim',
  'Weiss',
  'Ortega',
  'Rao',
  'Jansen',
];
const phones = [
  '+1 202-555-0143',
  '+1 415-555-0198',
  '+44 20 7946 0958',
  '+44 161 496 0321',
  '+49 30 23125 014',
  '+33 1 99 00 12 34',
];
const cards = [
  '4111 1111 1111 1111',
  '4242 4242 4242 4242',
  '5555 5555 5555 4444',
  '3782 822463 10005',
  '6011 1111 1111 1117',
];
const ibans = ['DE89 3704 0044 0532 0130 00', 'GB29 NWBK 6016 1331 9268 19', 'FR14 2004 1010 0505 0001 3M02 606'];

export function drawPerson(random: Random): Person {
  const given = random.pick(givenNames);
  const family = random.pick(familyNames);
  return {
    name: `${given} ${family}`,
    email: `${given}.${family}@${random.pick(['example.com', 'example.org', 'mail.example.com'])}`.toLowerCase(),
    phone: random.pick(phones),
    card: random.pick(cards),
    iban: random.pick(ibans),
    user: `u-${random.hex(6)}`,
  };
}
