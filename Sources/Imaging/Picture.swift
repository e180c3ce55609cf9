/// A decoded picture, as far as classification needs it: how bright and how opaque each pixel is.
struct Picture {
  /// What a picture is decoded for.
  enum Purpose {
    /// Pillow's `Image.open(file).convert("L")`, to the last bit: opacity is ignored, and 16-bit
    /// grey levels are clipped rather than scaled.
    case classic
    /// The best 28x28 picture of a garment. Large pictures may come scaled down, but not below
    /// ``PhotoPreprocessing/workingSide``, and without their colours.
    case photo
  }

  let width: Int
  let height: Int
  /// A byte a pixel, row by row, in the orientation of the file.
  private(set) var luminance: [UInt8]
  /// A byte a pixel, 255 where it hides what is behind; `nil` when it does so everywhere.
  private(set) var opacity: [UInt8]?
  /// Whether no pixel that was decoded has a colour.
  private(set) var isGrey = true
  /// How the file asks to be turned.
  var orientation = Orientation.up

  /// Creates a black picture, to be filled row by row.
  init(width: Int, height: Int, hasOpacity: Bool) {
    self.width = width
    self.height = height
    luminance = [UInt8](repeating: 0, count: width * height)
    opacity = hasOpacity ? [UInt8](repeating: 0, count: width * height) : nil
  }

  /// Creates a grey picture.
  init(grey: [UInt8], width: Int, height: Int) {
    precondition(grey.count == width * height)
    self.width = width
    self.height = height
    luminance = grey
  }

  /// Decodes a file of whichever format its first bytes announce.
  init(
    decoding bytes: [UInt8], for purpose: Purpose, limits: ImageLimits
  ) throws(ImagingError) {
    guard !bytes.isEmpty else { throw .empty }
    guard let format = ImageFormat(detecting: bytes) else { throw .unsupportedType }
    self = try bytes.withUnsafeBufferPointer { (file) throws(ImagingError) in
      if format == .png, let picture = PlainPNG.decode(file, limits: limits) { return picture }
      return switch format {
      case .png: try PNGDecoder.decode(file, for: purpose, limits: limits)
      case .jpeg: try JPEGDecoder.decode(file, for: purpose, limits: limits)
      case .webp: try WebPDecoder.decode(file, for: purpose, limits: limits)
      }
    }
    if let opacity, opacity.allSatisfy({ $0 == 255 }) { self.opacity = nil }
  }

  /// Sets a row from `width` pixels of 8-bit samples.
  mutating func setRow(_ y: Int, to samples: UnsafeBufferPointer<UInt8>, layout: PixelLayout) {
    precondition(y < height && samples.count >= width * layout.samplesPerPixel)
    let start = y * width
    let colours = luminance.withUnsafeMutableBufferPointer {
      layout.luminance(
        of: samples, into: UnsafeMutableBufferPointer(rebasing: $0[start..<start + width]))
    }
    if colours { isGrey = false }
    if let position = layout.opacityPosition {
      opacity?.withUnsafeMutableBufferPointer { opacity in
        for x in 0..<width {
          opacity[start + x] = samples[x * layout.samplesPerPixel + position]
        }
      }
    }
  }
}
