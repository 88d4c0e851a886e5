/** Evidence of class C from image and video generators that write how they were run, most of them open source. */
import type { Medium } from '../handler.ts'
import type { EvidenceRow, Sign } from './row.ts'

const pictures: readonly Medium[] = ['image']
const pictured: readonly Medium[] = ['image', 'video']

const settings = [/\bSteps: \d/, /\bSampler: \S/]
const graph = [/"class_type"\s*:/, /"inputs"\s*:/]
const comments = ['comment', '©cmt', 'com.apple.quicktime.comment']
const png = (names: readonly string[], ...patterns: readonly RegExp[]): Sign => ({
  slots: ['png'],
  names,
  patterns,
})
const exif = (names: readonly string[], ...patterns: readonly RegExp[]): Sign => ({
  slots: ['exif'],
  names,
  patterns,
})
const movie = (names: readonly string[], ...patterns: readonly RegExp[]): Sign => ({
  slots: ['movie', 'tags'],
  names,
  patterns,
})

function trace(
  id: string,
  tool: string,
  source: string,
  signs: readonly [Sign, ...Sign[]],
  meaning: string,
  media: readonly Medium[] = pictures,
): EvidenceRow {
  return { id, class: 'C', media, by: 'properties', tool, source, signs, meaning }
}

const webui = 'https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/master/modules/images.py'
const comfy = 'https://github.com/comfyanonymous/ComfyUI/blob/master/nodes.py'
const invoke = 'https://github.com/invoke-ai/InvokeAI/blob/main/invokeai/app/api/routers/images.py'
const fooocus = 'https://github.com/lllyasviel/Fooocus/blob/main/modules/meta_parser.py'
const swarm = 'https://github.com/mcmonkeyprojects/SwarmUI/blob/master/docs/Image%20Metadata%20Format.md'
const novel = 'https://github.com/NovelAI/novelai-image-metadata'
const easy = 'https://github.com/easydiffusion/easydiffusion/blob/main/ui/easydiffusion/utils/save_utils.py'

export const generatorRows: readonly EvidenceRow[] = [
  trace(
    'sd-webui.parameters',
    'Stable Diffusion web UI',
    webui,
    [png(['parameters'], ...settings)],
    'The settings of a sampling run: steps, sampler, seed, model.',
  ),
  trace(
    'sd-webui.user-comment',
    'Stable Diffusion web UI',
    webui,
    [exif(['UserComment'], ...settings)],
    'The same settings, in pictures without text chunks.',
  ),
  trace(
    'comfyui.prompt',
    'ComfyUI',
    comfy,
    [png(['prompt'], ...graph)],
    'The graph of nodes that was executed.',
  ),
  trace(
    'comfyui.workflow',
    'ComfyUI',
    comfy,
    [png(['workflow'], /"last_node_id"\s*:/, /"nodes"\s*:/)],
    'The graph of nodes as it was drawn.',
  ),
  trace(
    'comfyui.exif',
    'ComfyUI',
    'https://github.com/comfyanonymous/ComfyUI/blob/master/comfy_extras/nodes_images.py',
    [
      exif(
        ['Make', 'Model', 'ImageDescription', 'UserComment'],
        /^\s*(?:prompt|workflow)\s*:\s*\{/i,
        /"(?:class_type|last_node_id)"\s*:/,
      ),
    ],
    'The graph in Exif, as written into WebP.',
  ),
  trace(
    'comfyui.movie',
    'ComfyUI',
    'https://github.com/comfyanonymous/ComfyUI/blob/master/comfy_extras/nodes_video.py',
    [movie(['prompt', ...comments], /class_type\\?"\s*:/, /inputs\\?"\s*:/)],
    'The graph in the tags of a video.',
    ['video'],
  ),
  trace(
    'invokeai.metadata',
    'InvokeAI',
    invoke,
    [
      {
        slots: ['png', 'movie', 'tags'],
        names: ['invokeai_metadata', 'invokeai_graph', 'invokeai_workflow', 'sd-metadata'],
        patterns: [/^\s*\{/],
      },
    ],
    'The record of a generation, or the graph behind it.',
    pictured,
  ),
  trace(
    'invokeai.dream',
    'InvokeAI',
    invoke,
    [png(['Dream'], /\s-s ?\d/, /\s-S ?\d/)],
    'The command line of its early versions: prompt, steps, seed.',
  ),
  trace(
    'novelai.title',
    'NovelAI',
    novel,
    [
      {
        slots: ['png', 'exif'],
        names: ['Title', 'ImageDescription'],
        patterns: [/^\s*NovelAI generated image\s*$/],
      },
    ],
    'The title it gives to every picture.',
  ),
  trace(
    'novelai.comment',
    'NovelAI',
    novel,
    [png(['Comment'], /"sampler"\s*:/, /"steps"\s*:/), png(['Software'], /^NovelAI/)],
    'The settings of a generation, beside its name.',
  ),
  trace(
    'fooocus.scheme',
    'Fooocus',
    fooocus,
    [png(['fooocus_scheme'], /^(?:fooocus|a1111)\s*$/i)],
    'The form its settings are written in.',
  ),
  trace(
    'fooocus.settings',
    'Fooocus',
    fooocus,
    [
      {
        slots: ['png', 'exif'],
        names: ['parameters', 'Comment', 'UserComment'],
        patterns: [/"metadata_scheme"\s*:\s*"(?:fooocus|a1111)"/i],
      },
    ],
    'Its settings as JSON.',
  ),
  trace(
    'swarmui.parameters',
    'SwarmUI',
    swarm,
    [
      {
        slots: ['png', 'exif', 'movie', 'tags', 'comment'],
        names: ['parameters', 'UserComment', ...comments],
        patterns: [/"sui_image_params"\s*:\s*\{/],
      },
    ],
    'The parameters of a generation.',
    pictured,
  ),
  trace(
    'easy-diffusion.model',
    'Easy Diffusion',
    easy,
    [png(['use_stable_diffusion_model'], /\S/), png(['num_inference_steps'], /^\s*\d+\s*$/)],
    'The model and the number of steps, a chunk each.',
  ),
]
