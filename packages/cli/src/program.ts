/** The command line: what there is to say. Only the commands that are named are loaded. */
import { readFileSync } from 'node:fs'
import { Command, Help, Option } from 'commander'
import type { Context } from './context.ts'
import { examples } from './help.ts'
import { colours, languages } from './settings.ts'

interface Entry {
  readonly summary: readonly [en: string, zh: string]
  readonly load: () => Promise<(command: Command, context: Context) => unknown>
}

const commands: Readonly<Record<string, Entry>> = {
  init: {
    summary: ['make the identity that labels are signed with', '创建用于签署标识的身份'],
    load: async () => (await import('./commands/init.ts')).init,
  },
  label: {
    summary: ['label AI-generated files and sign the label', '为人工智能生成的文件添加标识并签名'],
    load: async () => (await import('./commands/label.ts')).label,
  },
  update: {
    summary: [
      'add a signed statement to a signed file, leaving its content alone',
      '为已签名的文件补充签名陈述，不改动内容',
    ],
    load: async () => (await import('./commands/update.ts')).update,
  },
  verify: {
    summary: ['check what files say about their origin', '检查文件关于来源的声明'],
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  inspect: {
    summary: ['show everything that stands in one file', '显示一个文件中的全部标识'],
    load: async () => (await import('./commands/inspect.ts')).inspect,
  },
  trust: {
    summary: ['say whom this machine believes', '管理本机信任的机构、密钥和列表'],
    load: async () => (await import('./commands/trust.ts')).trust,
  },
  ca: {
    summary: ['run an authority that certifies AI services', '运营为人工智能服务签发证书的机构'],
    load: async () => (await import('./commands/ca.ts')).ca,
  },
  cert: {
    summary: ['explain, request and install certificates', '解释、申请和安装证书'],
    load: async () => (await import('./commands/cert.ts')).cert,
  },
  tsa: {
    summary: ['run a time-stamp authority', '运营时间戳机构'],
    load: async () => (await import('./commands/tsa.ts')).tsa,
  },
  formats: {
    summary: ['list the supported formats', '列出支持的格式'],
    load: async () => (await import('./commands/formats.ts')).formats,
  },
  explain: {
    summary: ['explain a code in plain words', '用通俗的话解释一个代码'],
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  doctor: {
    summary: ['check that this machine has what is needed', '检查本机是否具备所需环境'],
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
}

export async function createProgram(argv: readonly string[], context: Context): Promise<Command> {
  const { t } = context
  const program = new Command('yinji')
    .description(
      t(
        'Label AI-generated files, and check where a file came from.',
        '为人工智能生成的文件添加标识，并检查文件来源。',
      ),
    )
    .version(versionOf(), '-V, --version', t('print the version', '显示版本'))
    .helpOption('-h, --help', t('show this help', '显示帮助'))
    .helpCommand('help [command]', t('show the help of a command', '显示某个命令的帮助'))
    .addOption(new Option('--lang <language>', t('language of messages', '界面语言')).choices(languages))
    .addOption(new Option('--color <when>', t('use colour', '是否使用颜色')).choices(colours))
    .exitOverride()
    .configureOutput(outputs(context))
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => context.paint('bold', heading(title, context)),
      // An empty list is how the code says “none”; a reader has no use for it.
      optionDescription: (option) => new Help().optionDescription(option).replace(' (default: [])', ''),
    })
  examples(program, context, [
    ['yinji label photo.jpg', t('writes photo.labeled.jpg', '生成 photo.labeled.jpg')],
    [
      'yinji verify photo.labeled.jpg',
      t('tells who made it and whether it was changed', '说明由谁生成、是否被改动'),
    ],
  ])
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = program
      .command(name)
      .summary(t(...summary))
      .description(t(...summary))
    if (argv.includes(name)) (await load())(command, context)
  }
  return program
}

function outputs({ terminal, io }: Context) {
  return {
    writeOut: (text: string) => void terminal.data(text).catch(() => {}),
    writeErr: (text: string) => void io.stderr.write(text),
    outputError: () => {}, // said by us, in the reader's language
    getOutHelpWidth: () => io.stdout.columns ?? 100,
    getOutHasColors: () => true, // we have decided already
  }
}

const headings: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Arguments:': '参数：',
  'Options:': '选项：',
  'Global Options:': '通用选项：',
  'Commands:': '命令：',
}

function heading(title: string, { t }: Context): string {
  return t(title, headings[title] ?? title)
}

function versionOf(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  )
  return manifest.version
}
