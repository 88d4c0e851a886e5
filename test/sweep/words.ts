/** Words that mean something to readers of manifests, for them to stand where they don't belong. */
/** Words of the standard that may stand in a value. */
export const words = [
  '',
  'c2pa.hash.data',
  'c2pa.hash.bmff.v3',
  'c2pa.actions.v2',
  'c2pa.created',
  'c2pa.opened',
  'c2pa.edited',
  'parentOf',
  'componentOf',
  'sha256',
  'sha512',
  'sha1',
  'self#jumbf=c2pa.signature',
  'self#jumbf=c2pa.assertions/c2pa.hash.data',
  'self#jumbf=/c2pa/x/c2pa.assertions/c2pa.actions.v2',
  'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
  'http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture',
]
/** Members of the maps of the standard. */
export const keys = [
  ...[
    'alg',
    'hash',
    'url',
    'exclusions',
    'name',
    'pad',
    'signature',
    'instanceID',
    'claim_generator_info',
    'merkle',
  ],
  ...[
    'created_assertions',
    'gathered_assertions',
    'assertions',
    'redacted_assertions',
    'dc:title',
    'dc:format',
  ],
  ...[
    'actions',
    'action',
    'parameters',
    'digitalSourceType',
    'when',
    'allActionsIncluded',
    'relationship',
    'ingredients',
  ],
]
