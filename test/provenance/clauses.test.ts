/**
 * Clauses of C2PA are cited by the numbers of 2.4, and every one that is cited is here under the title it has there: numbers
 * move between editions, titles hardly do. Whoever cites another looks its title up in 2.4 and adds it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const titles = new Map(
  `
6.4 Multiple Instances
6.8 Redaction of Assertions
8.2 Versioning Manifests Due to Conflicts
8.4 URI References
8.4.1 Standard URIs
8.4.2 Hashed URIs
8.4.2.3 Hashing JUMBF Boxes
9.2 Hard Bindings
9.2.6 Binding Non-C2PA Asset Metadata
10 Claims
10.1 Overview
10.2 Syntax
10.2.3.2 Generator Info Map
10.3.2.5 Time-stamps
10.3.2.5.2 Choosing the Payload
10.3.2.5.3 Obtaining the time-stamp
10.3.2.5.4 Storing the time-stamp
10.3.2.6 Credential Revocation Information
10.4 Multiple Step Processing
10.4.2 Create a temporary Claim and Signature
10.4.4 Going back and filling in
11 Manifests
11.1 Use of JUMBF
11.1.2 Processing Rules
11.1.4 C2PA Box details
11.1.4.1.1 Labels
11.1.4.1.2 Toggles
11.1.4.2 Manifest Store
11.1.4.3 Assertion Store
11.1.4.4 Claim and Claim Signature
11.2.2 Standard Manifests
11.2.3 Update Manifests
11.2.4 Compressed Manifests
11.4 External Manifests
11.5 Embedding a Reference to an external Manifest
13 Cryptography
13.1 Hashing
13.2 Digital Signatures
13.2.1 Signature Algorithms
13.2.3 Computing the Signature
13.2.4 Adding a claimed time of signing
14 Trust Model
14.2 Identity of Signers
14.3.5 Valid Manifest
14.4 Trust Lists
14.4.1 C2PA Signers
14.4.2 Time Stamping Authorities
14.5 X.509 Certificates
14.5.1 Certificate Profiles
14.5.1.2 Certificate Trust Chain
14.5.2 Certificate Revocation
15 Validation
15.2.2 Standard Status Codes
15.4 Determining the hashing algorithm
15.4.1 For hard binding assertions
15.5.2.1 General
15.6 Locating and Validating the Claim
15.7 Validate the Signature
15.8 Validate the Time-Stamp
15.8.1.1 Embedded in the Claim Signature
15.8.2 Validating the TimeStampToken
15.8.3 Validating the "claimed time of signing"
15.9 Validate the Credential Revocation Information
15.9.1 Determining revocation through OCSP responses in the C2PA Manifest Store
15.10 Validate the Assertions
15.10.1.2 Standard Manifest Assertions
15.10.1.3 Update Manifest Assertions
15.10.2 Preparing the list of redacted assertions
15.10.3 Assertion Validation
15.10.3.1 General
15.10.3.2 Specific Assertion Validation
15.10.3.2.3 c2pa.actions validation
15.10.3.2.7 c2pa.alternative-content-representation validation
15.10.3.3 Validation of References
15.11 Validate the Ingredients
15.11.3.3 Performing recursive validation
15.11.3.3.1 Claim Signature Hash Validation Method
15.11.3.3.2 Manifest Hash Validation Method
15.12 Validate the Asset's Content
15.12.1 Validating a data hash
15.12.2 Validating a BMFF-hash
15.12.2.1 Non-fragmented asset using merkle tree
15.12.2.2 Fragmented asset using Merkle tree
15.12.3 Validating a general box hash
15.12.4 Validating a multi-asset hash
15.12.5 Validating a collection data hash
18 C2PA Standard Assertions
18.2 Regions of Interest
18.3 Metadata About Assertions
18.5 Data Hash
18.6 BMFF-Based Hash
18.6.2 Hash Computation
18.6.3 Schema and Example
18.6.6 Validation
18.6.6.1 Steps
18.7 General Box Hash
18.7.1 Description
18.7.3 Handling for specific formats
18.7.3.1 JPEG-specific Handling
18.7.3.2 PNG-specific Handling
18.7.3.4 GIF-specific Handling
18.7.3.5 RIFF-specific Handling
18.7.4 Schema and Example
18.8 Collection Data Hash
18.9 Multi-Asset Hash
18.10 Soft Binding
18.12 Embedded Data
18.13.1 Description
18.14 Alternative Content Representation
18.15 Actions
18.15.1 Description
18.15.2 Mandatory presence of at least one actions assertion
18.15.3 All actions included
18.15.4 Fields in the actions assertion
18.15.4.2 Reason
18.15.4.5 Digital Source Type
18.15.4.6 Changes
18.15.4.7 Parameters
18.16 Ingredient
18.16.6 Schema and Example
18.16.12 Copying existing manifests
18.16.12.1 Determining the need
18.16.12.3 Adding manifest references to the ingredient assertion
18.16.12.4.3 V3 ingredient assertions
18.17.2 Common Requirements
18.17.3 The c2pa.metadata assertion
18.18 Time-stamps
18.18.3 Requirements
18.19 Certificate Status
18.19.3 Requirements
18.21 Asset Type
18.22 Depthmap
18.23 Font Information
18.24 External Reference
18.25 Session Keys
18.26 Environmental Sustainability
18.25.2 Requirements
18.25.3 Schema and Example
18.27 Repository Receipt
18.28 AI Disclosure
19 Live Video
19.2.1 C2PA Manifest transport
19.2.3 C2PA Manifest binding in an initialization segment
19.3 Per-segment C2PA Manifest Box method
19.3.2 Live Video Segment Assertion
19.4 Verifiable Segment Info method
19.4.1 Description
19.4.2 Use in an emsg box
19.4.3 C2PA Manifest Updates
19.6.2 Verifiable Segment Info method
19.7 Live Video Validation Process
19.7.1 Initial/Common Validation Steps
19.7.2 Per-segment C2PA Manifest Box Validation
19.7.3 Verifiable Segment Info Validation
A.3.1 Embedding manifests into JPEG
A.3.2 Embedding manifests into PNG
A.3.3 Embedding manifests into SVG
A.3.4 Embedding manifests into ID3
A.3.5 Embedding manifests into OGG Vorbis
A.3.6 Embedding manifests into TIFF-based assets
A.3.7 Embedding manifests into RIFF-based assets
A.3.8 Embedding manifests into GIFs
A.3.9 Embedding manifests into JPEG XL
A.4 Embedding manifests into PDFs
A.4.1 General
A.5 Embedding manifests into BMFF-based assets
A.5.1 The 'uuid' Box for C2PA
A.5.3 Box Containing the Manifest
A.5.4 Auxiliary 'c2pa' Boxes for Large and Fragmented Files
A.5.4.1 General
A.5.4.1.1 Non-fragmented asset that can be validated piecewise
A.5.4.1.2 Fragmented asset
A.5.4.1.4 Box containing the merkle auxiliary
A.5.4.2 Schema and Example
A.5.6 Exclusion List Requirements
A.6 Embedding manifests into ZIP-based formats
A.6.2 Hashing
A.6.2.2 Hashing the ZIP Central Directory
A.6.3 Placement of the Manifest Store
A.7 Embedding Manifests into HTML
A.8 Embedding Manifests into Unstructured Text
A.8.3.1 Byte-to-Variation-Selector Conversion
A.8.6.1 Validating a data hash
A.8.7.1 Failure Codes
A.9 Embedding Manifests into Structured Text
A.9.3 Manifest Block Format
A.9.3.1 Single-Line Form (Comments)
A.9.4 Hard Binding
B.1 Completely Supported Schemas
B.2 Partially Supported Schemas
`
    .trim()
    .split('\n')
    .map((line) => [line.split(' ', 1)[0] ?? '', line] as const),
)

const root = join(import.meta.dirname, '..', '..')
/** What people read and write here: no build, no packages of others. */
const files = ['packages', 'docs', 'test', 'examples'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:ts|md)$/.test(file) && !/(?:^|\/)(?:dist|node_modules)\//.test(file))
    .map((file) => join(folder, file)),
)
/** From chapter 6 on: what is below is an edition, as in "C2PA 2.4", or names one, as in "C2PA 2.5 A.8.5". */
const clause = String.raw`(?:[6-9]|1\d|[A-D]\.\d+)(?:\.\d+)*`
const citation = new RegExp(`C2PA (${clause}(?:(?:, | and | to |、)${clause})*)(?!\\w)`, 'g')

/** In comments and messages, also over the end of a line. */
function cited(text: string): string[] {
  const flowing = text.replaceAll(/\n\s*(?:\*\s)?/g, ' ')
  return [...flowing.matchAll(citation)].flatMap(([, list = '']) => list.split(/, | and | to |、/))
}

test('every clause that is cited is one of 2.4', () => {
  const unknown = files.flatMap((file) =>
    cited(readFileSync(join(root, file), 'utf8'))
      .filter((number) => !titles.has(number))
      .map((number) => `${file}: ${number}`),
  )
  expect(unknown).toEqual([])
})

test('a citation is seen where it is one', () => {
  expect(cited('(C2PA 15.12.3, 18.7), C2PA A.6.2\n * and 9.2; C2PA 1.x, C2PA 2.4, C2PA 2.5 A.8.5')).toEqual([
    '15.12.3',
    '18.7',
    'A.6.2',
    '9.2',
  ])
})
