/** Numbers that have broken readers before, in hexadecimal: as lengths, counts and offsets. */
export const absurd = [
  '00000000',
  'ffffffff',
  '7fffffff',
  '80000000',
  '00000001',
  '00000008',
  'fffffff7',
  '0000000000000000',
  'ffffffffffffffff',
  '8000000000000000',
]
