/** Codes about the wishes for an explicit label, about searching content for one, and about films in segments. */
import { entry } from './entry.ts'

export const labelCodes = {
  'visible.text.rule': entry(
    'fault',
    [
      'The label does not say what {clause} asks for: {text}.',
      'The words must tell at once that the content comes from AI.',
      'Use for example `{example}`, or leave `--text` out.',
    ],
    [
      '标识文字不符合 {clause} 的要求：{text}。',
      '文字必须让人立即看出内容来自人工智能。',
      '例如使用 `{example}`，或省略 `--text`。',
    ],
  ),
  'visible.size.small': entry(
    'fault',
    [
      'The label would be too small: {size} % of the shortest side.',
      'GB 45438-2025 5.2 b) and 5.4 c) ask for characters of at least 5 % of the shortest side.',
      'Use a size between 5 and 30, or leave it out.',
    ],
    [
      '标识过小：仅为最短边的 {size}%。',
      'GB 45438-2025 5.2 b) 与 5.4 c) 要求文字高度不低于最短边的 5%。',
      '请使用 5 到 30 之间的数值，或省略。',
    ],
  ),
  'visible.option.range': entry(
    'fault',
    [
      'The label’s {option} must be between {least} and {most}: {value}.',
      'Outside of that the label could not be seen, or would hide what it labels.',
      'Choose another value, or leave it out.',
    ],
    [
      '标识的 {option} 必须在 {least} 与 {most} 之间：{value}。',
      '超出范围的标识无法看清，或会遮挡内容。',
      '请更换数值，或省略。',
    ],
  ),
  'visible.seconds.short': entry(
    'fault',
    [
      'The label would be shown too briefly: {seconds} s.',
      'GB 45438-2025 5.4 asks for at least 2 s at normal speed.',
      'Use 2 or more, or leave it out.',
    ],
    [
      '标识显示时间过短：{seconds} 秒。',
      'GB 45438-2025 5.4 要求正常速度下不少于 2 秒。',
      '请使用 2 或更大的数值，或省略。',
    ],
  ),
  'visible.style.unknown': entry(
    'fault',
    ['There is no label style {style}.', 'Styles are: {known}.', 'Use one of those.'],
    ['没有标识样式 {style}。', '可用样式：{known}。', '请选用其中之一。'],
  ),
  'visible.contrast.low': entry(
    'fault',
    [
      'The label would be hard to read: contrast {contrast} : 1 in style {style}.',
      'Legible text has a contrast of at least 4.5 : 1 (WCAG 2.2, 1.4.3), whatever lies under it.',
      'Use a higher opacity, or style `plate`.',
    ],
    [
      '标识难以看清：样式 {style} 的对比度为 {contrast} : 1。',
      '无论底下是什么画面，清晰文字的对比度都应不低于 4.5 : 1（WCAG 2.2，1.4.3）。',
      '请提高不透明度，或使用 `plate` 样式。',
    ],
  ),
  'visible.look.present': entry(
    'pass',
    [
      'The label “{text}” was found in the content, {position}; its characters are {share} % of the shortest side.',
      'The content itself was searched, not what its metadata says. GB 45438-2025 5.2 and 5.4 ask for 5 % or more.',
    ],
    [
      '在内容中找到显式标识“{text}”，位置 {position}，文字高度为最短边的 {share}%。',
      '检测的是内容本身而不是元数据。GB 45438-2025 5.2 与 5.4 要求不低于 5%。',
    ],
  ),
  'visible.look.small': entry(
    'warning',
    [
      'The label “{text}” is too small: {share} % of the shortest side.',
      'GB 45438-2025 5.2 b) and 5.4 c) ask for characters of at least 5 % of the shortest side.',
      'Label the original again.',
    ],
    [
      '显式标识“{text}”过小：仅为最短边的 {share}%。',
      'GB 45438-2025 5.2 b) 与 5.4 c) 要求文字高度不低于最短边的 5%。',
      '请对原始文件重新标识。',
    ],
  ),
  'visible.look.absent': entry(
    'info',
    [
      'No label of the known kinds was found in the content.',
      'The corners and edges were searched for the usual words in the usual drawing. Another wording, font or place would not be seen: this is not proof that there is none.',
    ],
    [
      '未在内容中找到已知样式的显式标识。',
      '已在角落与边缘检索常用文字的常用样式；其他文字、字体或位置无法识别，因此不能证明不存在标识。',
    ],
  ),
  'visible.look.missing': entry(
    'warning',
    [
      'The signer states a visible label “{text}”, but it was not found in the content.',
      'It may have been cut off, covered, or drawn in a way that is not recognised here.',
      'Look at the content yourself; label it again if the label is gone.',
    ],
    [
      '签名者声明已添加显式标识“{text}”，但在内容中未找到。',
      '标识可能被裁掉、遮挡，或其样式无法识别。',
      '请人工查看；若标识已丢失，请重新标识。',
    ],
  ),
  'visible.look.unchecked': entry(
    'info',
    [
      'The content was not searched for its label: {what}.',
      'It may carry a label that people see or hear, or not. Only what the file says about itself was checked.',
    ],
    ['未在内容中检索显式标识：{what}。', '内容可能带有、也可能没有显式标识；只检查了文件自身的说明。'],
  ),
  'usage.segments.output': entry(
    'fault',
    [
      'Where the segments go was not said.',
      'They keep their names, because playlists name them, so they need another folder, or take the place of the originals.',
      'Give a folder with `-o`, or use `--in-place`.',
    ],
    [
      '未指明分片的输出位置。',
      '播放列表按名称引用分片，分片须保留原名，因此要写入另一目录，或替换原文件。',
      '请用 `-o` 指定目录，或使用 `--in-place`。',
    ],
  ),
  'usage.segments.live': entry(
    'fault',
    [
      '`--live` signs segments one by one, and none were named: {name}.',
      'A live video is an initialization segment (`init.mp4`) and media segments beside it (DASH, HLS). A film in one file is signed as a whole.',
      'Label the initialization segment and name the others: `--live --fragments "seg*.m4s"`. For a film in one file leave out `--live`.',
    ],
    [
      '`--live` 逐个签署分片，但未指定任何分片：{name}。',
      '直播视频由初始化分片（`init.mp4`）和旁边的媒体分片组成（DASH、HLS）。单个文件的影片整体签署。',
      '请标识初始化分片并指定其余分片：`--live --fragments "seg*.m4s"`；单个文件的影片请去掉 `--live`。',
    ],
  ),
  'usage.segments.outside': entry(
    'fault',
    [
      'A segment does not stand below its initialization segment: {path}.',
      'Segments are written where they stand now, as seen from the initialization segment.',
      'Put the film into one folder and try again.',
    ],
    [
      '分片不在初始化分片所在目录之下：{path}。',
      '分片按其相对初始化分片的位置写出。',
      '请把影片放在同一目录后重试。',
    ],
  ),
  'usage.watch.range': entry(
    'fault',
    [
      'Bytes {start}–{end} are no whole pieces.',
      'The manifest has a hash for each piece of the media, so that pieces are checked as a whole or not at all.',
      'Ask for the bytes that `rangeOf` names.',
    ],
    [
      '字节 {start}–{end} 不是完整的片段。',
      '清单为媒体的每个片段记录一个哈希值，因此只能检查完整的片段。',
      '请按 `rangeOf` 给出的范围获取字节。',
    ],
  ),
  'usage.watch.ended': entry(
    'fault',
    [
      'The check was ended before this segment came.',
      'When it ends, the verdict of the whole is made from the segments that came until then.',
      'Call `watch` again with the initialization segment.',
    ],
    [
      '检查已结束，此后到达的分片不再接受。',
      '结束时已根据之前到达的分片得出整体结论。',
      '请用初始化分片重新调用 `watch`。',
    ],
  ),
} as const
