import { describe, expect, test } from 'vitest'
import { binaryBytes, binaryText } from '../carriers/binary.ts'
import { aigc, handling } from '../handler.test-kit.ts'
import { html } from './html.ts'

const { store, read, codes, splice, survives } = handling(html)

describe('the label is written into the head', () => {
  const cases: readonly (readonly [what: string, before: string, after: string])[] = [
    [
      'that is written out',
      '<html><head><title>x</title></head><body>y',
      '<html><head><title>x</title>@</head><body>y',
    ],
    [
      'whose end is implied',
      '<html><head><title>x</title><body>y',
      '<html><head><title>x</title>@</head>\n<body>y',
    ],
    ['whose end is implied by text', '<head><title>x</title> Hi', '<head><title>x</title> @</head>\nHi'],
    [
      'that is implied',
      '<!doctype html><title>x</title><p>y',
      '<!doctype html><head>\n<title>x</title>@</head>\n<p>y',
    ],
    [
      'that is empty',
      '<!doctype html>\n<html lang=a><p>y',
      '<!doctype html>\n<html lang=a><head>\n@</head>\n<p>y',
    ],
    [
      'after a byte order mark',
      '\xef\xbb\xbf<!doctype html><body>',
      '\xef\xbb\xbf<!doctype html><head>\n@</head>\n<body>',
    ],
    [
      'although a script speaks of another end',
      '<head><script>"</head>"</script></head>',
      '<head><script>"</head>"</script>@</head>',
    ],
    [
      'although a comment does',
      '<head><!-- </head> --!><meta charset=gbk></head>',
      '<head><!-- </head> --!><meta charset=gbk>@</head>',
    ],
    [
      'although an attribute does',
      '<head><meta content="</head>"></head>',
      '<head><meta content="</head>">@</head>',
    ],
    ['of a document that is cut short by nothing', '<html>', '<html><head>\n@</head>\n'],
  ]
  test.each(cases)('%s', async (_, before, after) => {
    const labelled = await splice(binaryBytes(before))
    const inserted = /<meta name="AIGC"[^>]*>\n<script type="application\/c2pa">[^<]*<\/script>\n/
    expect(binaryText(labelled).replace(inserted, '@')).toBe(after)
    const { labels, manifest, findings } = await read(labelled)
    expect(labels).toEqual([{ site: 'head meta AIGC', standard: true, value: aigc }])
    expect(Buffer.from(manifest?.store ?? []).equals(store)).toBe(true)
    const { start, length } = manifest?.excluded ?? { start: 0, length: 0 }
    expect(binaryText(labelled).slice(start, start + length)).toMatch(/^<script [^>]*>[^<]*<\/script>$/)
    expect(findings).toEqual([])
    expect(binaryText(await splice(labelled))).toBe(binaryText(labelled))
  })

  test('is found in a tag with more than its type, which no hash covers: that is told', async () => {
    const codesOf = async (tag: string) => {
      const page = `<head>${tag}${Buffer.from(store).toString('base64')}</script></head>`
      const { manifest, findings } = await read(binaryBytes(page))
      return manifest && findings.map(({ code }) => code)
    }
    for (const tag of ['<script type="application/c2pa">', '<SCRIPT\ntype = application/c2pa >'])
      expect(await codesOf(tag)).toEqual([])
    for (const more of [
      'style="display:block;position:fixed;inset:0"',
      'onfocus=alert(1) autofocus',
      'nonce=x',
    ])
      for (const tag of [
        `<script ${more} type="application/c2pa">`,
        `<script type=application/c2pa ${more}>`,
      ])
        expect(await codesOf(tag)).toEqual(['manifest.binding.partial'])
    for (const tag of ['<script\xa0type="application/c2pa">', '<script\vtype="application/c2pa">'])
      expect(await codesOf(tag)).toEqual(['manifest.binding.partial']) // for browsers no script
  })

  test('is found before an end tag that swallows what follows, which no hash covers: that is told', async () => {
    const codesOf = async (end: string) => {
      const page = `<head><script type="application/c2pa">${Buffer.from(store).toString('base64')}${end}<p title="x">y</head>`
      const { manifest, findings } = await read(binaryBytes(page))
      return manifest && findings.map(({ code }) => code)
    }
    for (const end of ['</script>', '</SCRIPT\n>']) expect(await codesOf(end)).toEqual([])
    for (const end of ['</script x=">', "</script/x='>", '</script x>', '</script\xa0>'])
      expect(await codesOf(end)).toEqual(['manifest.binding.partial'])
  })

  test('of XHTML, as XML', async () => {
    const value =
      '<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><head><script src="a"/><title>x</title></head><body/></html>'
    const labelled = binaryText(await splice(binaryBytes(value)))
    expect(labelled).toMatch(/<title>x<\/title><meta name="AIGC" content='[^'<]*'\/>\n<script type/)
  })

  test('and lines end as they do elsewhere', async () => {
    expect(binaryText(await splice(binaryBytes('<head>\r\n</head>\r\n')))).not.toMatch(/[^\r]\n/)
  })
})

describe('what stands there already', () => {
  const own = `<meta name="AIGC" content="${'{"Label":"2","ProduceID":"1"}'.replaceAll('"', '&quot;')}">`
  const old = `<script type="application/c2pa">${Buffer.from('old').toString('base64')}</script>`

  test('gives way, wherever it is', async () => {
    const value = binaryBytes(`<html><head>${own}\n${old}${own}</head><body>${own}<p>x${old}</body></html>`)
    expect((await read(value)).labels.map(({ site, standard }) => [site, standard])).toEqual([
      ['head meta AIGC', true],
      ['head meta AIGC', true],
      ['body meta AIGC', false],
    ])
    expect(await codes(value)).toEqual(['manifest.text.multiple'])
    const labelled = await splice(value)
    expect((await read(labelled)).labels).toHaveLength(1)
    expect(binaryText(labelled)).toMatch(/<\/head><body><p>x<\/body><\/html>$/)
    expect(binaryText(await splice(labelled, { room: 0 }))).not.toContain('c2pa')
  })

  test.each([
    `<!-- ${own} -->`,
    `<!--><!---><!-- a -- > ${own} -->`,
    `<script>let a = '${own}'</script>`,
    `<script><!-- <script> </script> ${own} --></script>`,
    `<style>${own}</style>`,
    `<title>${own}</title>`,
    `<textarea>${own}</textarea>`,
    `<template>${own}</template>`,
    `<svg><![CDATA[ ${own} ]]></svg>`,
    `<p title='${own}'>`,
    `<? ${own.replaceAll('>', '')}>`,
  ])('is not mistaken: %s', async (trap) => {
    for (const value of [`<html><head>${trap}</head><body>`, `<html><head></head><body>${trap}`]) {
      expect(await read(binaryBytes(value))).toEqual({ labels: [], properties: [], findings: [] })
      expect(binaryText(await splice(binaryBytes(value)))).toContain(trap)
    }
  })

  test.each([
    `<div title=">">${own}</div>`,
    `<svg><style></svg>${own}`,
    `<svg><title>${own}</title></svg>`,
    `<![CDATA[ > ${own}`,
    `<META content='{"Label":"1","ProduceID":"1"}' NAME=aigc>`,
    `<script>"<!-- <scripty"</script>${own}`,
  ])('is found: %s', async (value) => {
    expect((await read(binaryBytes(`<html><body>${value}`))).labels).toHaveLength(1)
  })
})

describe('what is not in order', () => {
  test.each(['<html><!-- ', '<html><p title="', '<html><script>', '<html><head><title>x', '<html><p '])(
    '“%s” breaks off and is refused',
    async (value) => {
      expect(await codes(binaryBytes(value))).toEqual(['asset.damaged'])
      await expect(splice(binaryBytes(value))).rejects.toMatchObject({ code: 'input.damaged' })
    },
  )

  test('other encodings are refused by name, those that hold ASCII are kept', async () => {
    const wide = new Uint8Array(Buffer.from('\ufeff<!doctype html><p>雨', 'utf16le'))
    expect(html.matches(wide)).toBe(true)
    expect(await codes(wide)).toEqual(['asset.encoding.unsupported'])
    await expect(splice(wide)).rejects.toMatchObject({ code: 'input.encoding' })
    const gbk = binaryBytes('<head><meta charset=gbk></head><body>\xd3\xea\xba\xf3')
    expect(binaryText(await splice(gbk)).endsWith('\xd3\xea\xba\xf3')).toBe(true)
  })

  test.each([
    '<',
    '<!--',
    '<a ',
    '<a b="',
    '<a b=\'"',
    '</',
    '<script><!--',
    '<svg>',
    '<svg><title>',
    '<template>',
    '<!-->',
    '<a b',
    '<a =',
    '\n',
    ' / ',
  ])('“%s” a hundred thousand times is dealt with in time', async (piece) => {
    const value = binaryBytes(`<html>${piece.repeat(100_000)}`)
    await read(value)
  })

  test('any mutation is read without an exception, and refused or labelled with exactly one label', async () => {
    const whole = await splice(
      binaryBytes(
        '<!doctype html><html><head><meta charset=utf-8><script>a<b</script><!-- x --></head><body><svg><title>a</title><![CDATA[b]]></svg></body>',
      ),
    )
    await survives(whole, { runs: 2000, values: binaryBytes('<>"\'/!-= \0axs') })
  })
})

test('a file is HTML by its first tag, or by its name', () => {
  const is = (value: string, name?: string) => html.matches(binaryBytes(value), name)
  expect(is('<!DOCTYPE html>')).toBe(true)
  expect(is('\xef\xbb\xbf  <!-- x --><HTML>')).toBe(true)
  expect(is('<?xml version="1.0"?><html xmlns="x">')).toBe(true)
  expect(is('<?xml version="1.0"?><svg>')).toBe(false)
  expect(is('<p>x')).toBe(false)
  expect(is('<p>x', 'a.HTML')).toBe(true)
  expect(is('# Title\n<html>')).toBe(false)
})
