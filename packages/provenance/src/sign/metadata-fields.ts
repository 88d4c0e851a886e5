/** What `c2pa.metadata` may say (C2PA 18.17.3, B.1, B.2): older readers call a file with anything else in it invalid. */
import { type Form, having, members, refuse, text } from './form.ts'

/** Schemas of which every field is allowed. */
const whole: ReadonlySet<string> = new Set([
  'http://ns.adobe.com/xap/1.0/',
  'http://ns.adobe.com/xap/1.0/mm/',
  'http://ns.adobe.com/xap/1.0/t/pg/',
  'http://ns.adobe.com/camera-raw-settings/1.0/',
  'http://ns.adobe.com/pdf/1.3/',
])

const exifEx = `Acceleration BodySerialNumber CameraElevationAngle CameraFirmware CompositeImage Gamma Humidity
  ImageEditingSoftware ImageUniqueID InteroperabilityIndex ISOSpeed ISOSpeedLatitudeyyy ISOSpeedLatitudezzz LensMake
  LensModel LensSerialNumber LensSpecification MetadataEditingSoftware PhotographicSensitivity Pressure
  RAWDevelopingSoftware RecommendedExposureIndex SensitivityType SourceImageNumberOfCompositeImage
  SourceExposureTimesOfCompositeImage StandardOutput-Sensitivity Temperature WaterDepth`

/** Schemas of which some fields are. */
const some: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    'http://purl.org/dc/elements/1.1/':
      'coverage created date format identifier language modified relation title type',
    'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/': 'Scene',
    'http://iptc.org/std/Iptc4xmpExt/2008-02-29/': `DigImageGUID DigitalSourceType EventId Genre ImageRating ImageRegion
      RegistryId LocationCreated LocationShown MaxAvailHeight MaxAvailWidth`,
    'http://ns.adobe.com/exif/1.0/': `ApertureValue BrightnessValue CFAPattern ColorSpace CompressedBitsPerPixel Contrast
      CustomRendered DateTimeDigitized DateTimeOriginal DeviceSettingDescription DigitalZoomRatio ExifVersion
      ExposureBiasValue ExposureIndex ExposureMode ExposureProgram ExposureTime FileSource Flash FlashEnergy
      FlashpixVersion FNumber FocalLength FocalLengthIn35mmFilm FocalPlaneResolutionUnit FocalPlaneXResolution
      FocalPlaneYResolution GainControl ImageUniqueID ISOSpeedRatings LightSource MaxApertureValue MeteringMode OECF
      OffsetTimeOriginal PixelXDimension PixelYDimension RelatedSoundFile Saturation SceneCaptureType SceneType
      SensingMethod Sharpness ShutterSpeedValue SpatialFrequencyResponse SpectralSensitivity SubjectArea SubjectDistance
      SubjectDistanceRange SubjectLocation WhiteBalance GPSAltitude GPSAltitudeRef GPSDateStamp GPSDestBearing
      GPSDestBearingRef GPSDestDistance GPSDestDistanceRef GPSDestLatitude GPSDestLongitude GPSDifferential GPSDOP
      GPSHPositioningError GPSImgDirection GPSImgDirectionRef GPSLatitude GPSLongitude GPSMapDatum GPSMeasureMode
      GPSProcessingMethod GPSSatellites GPSSpeed GPSSpeedRef GPSStatus GPSTimeStamp GPSTrack GPSTrackRef GPSVersionID`,
    'http://cipa.jp/exif/1.0/': exifEx,
    'http://cipa.jp/exif/2.32/': exifEx, // so in the examples of the standard
    'http://ns.adobe.com/photoshop/1.0/': `Category City ColorMode Country DateCreated DocumentAncestors History ICCProfile
      State SupplementalCategories TextLayers TransmissionReference Urgency`,
    'http://ns.adobe.com/tiff/1.0/': `BitsPerSample Compression ImageLength ImageWidth Make Model Orientation
      PhotometricInterpretation PlanarConfiguration PrimaryChromaticities ReferenceBlackWhite ResolutionUnit
      SamplesPerPixel TransferFunction WhitePoint XResolution YResolution YCbCrCoefficients YCbCrPositioning
      YCbCrSubSampling`,
    'http://ns.adobe.com/xmp/1.0/DynamicMedia/': `absPeakAudioFilePath album altTapeName altTimecode audioChannelType
      audioCompressor audioSampleRate audioSampleType beatSpliceParams cameraAngle cameraLabel cameraModel cameraMove
      comment contributedMedia duration fileDataRate genre good instrument introTime key logComment loop numberOfBeats
      markers outCue projectName projectRef pullDown relativePeakAudioFilePath relativeTimestamp releaseDate
      resampleParams scaleType scene shotDate shotDay shotLocation shotName shotNumber shotSize speakerPlacement
      startTimecode stretchMode takeNumber tapeName tempo timeScaleParams timeSignature trackNumber Tracks
      videoAlphaMode videoAlphaPremultipleColor videoAlphaUnityIsTransparent videoColorSpace videoCompressor
      videoFieldOrder videoFrameRate videoFrameSize videoPixelAspectRatio videoPixelDepth partOfCompilation lyrics
      discNumber`,
    'http://ns.useplus.org/ldf/xmp/1.0/': `FileNameAsDelivered FirstPublicationDate ImageFileFormatAsDelivered
      ImageFileSizeAsDelivered ImageType Version`,
  }).map(([namespace, names]) => [namespace, new Set(names.split(/\s+/))]),
)

/** JSON-LD of any schemas (C2PA 18.17.2); a prefix stands for an address. */
export const linked = having({
  '@context': (value, at) => {
    members(value, at)
    for (const [prefix, uri] of Object.entries(value as object)) text(uri, `${at}.${prefix}`)
  },
})

/** The same, with the fields of the standard alone. */
export const commonFields: Form = (value, at) => {
  linked(value, at)
  const content = value as Readonly<Record<string, unknown>>
  const context = new Map(Object.entries(content['@context'] as Record<string, string>))
  for (const key of Object.keys(content).filter((name) => !name.startsWith('@'))) {
    const [prefix = '', ...rest] = key.split(':')
    const namespace = context.get(prefix) ?? ''
    const names = some.get(namespace)
    if (whole.has(namespace) || names?.has(rest.join(':'))) continue
    const allowed = names ? [...names].map((name) => `${prefix}:${name}`) : [...whole, ...some.keys()]
    refuse(at, key, `${allowed.join(', ')} (com.example.metadata, cawg.metadata: *)`)
  }
}
