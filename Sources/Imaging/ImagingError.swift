/// Why bytes could not be made into a picture.
public enum ImagingError: Error, Sendable, Hashable {
  /// There are no bytes.
  case empty
  /// The bytes do not start like a PNG, a JPEG or a WebP.
  case unsupportedType
  /// The format is known, but not this kind of it.
  case unsupportedVariant(ImageFormat, reason: String)
  /// The data end before the picture does.
  case truncated(ImageFormat)
  /// The data contradict themselves.
  case damaged(ImageFormat, reason: String)
  /// The picture says it has more pixels than allowed.
  case tooLarge(width: Int, height: Int, limits: ImageLimits)
  /// The metadata of the picture take more memory than allowed.
  case metadataTooLarge(ImageFormat)
  /// There is not enough memory for the pixels.
  case outOfMemory(ImageFormat)
}

extension ImagingError: CustomStringConvertible {
  /// What is wrong with the picture, and how to mend it.
  public var description: String {
    switch self {
    case .empty: "the picture is empty: it has no bytes"
    case .unsupportedType: "this is not a PNG, JPEG or WebP picture; send one of these"
    case .unsupportedVariant(let format, let reason):
      "this kind of \(format.rawValue) is not supported (\(reason)); save it as a plain PNG or JPEG"
    case .truncated(let format):
      "the \(format.rawValue) picture is cut short; send the whole file"
    case .damaged(let format, let reason): "the \(format.rawValue) picture is damaged: \(reason)"
    case .tooLarge(let width, let height, let limits):
      "the picture has \(width)x\(height) pixels, but at most \(limits.maximumPixels), and "
        + "\(limits.maximumSide) a side, are allowed; send a smaller one"
    case .metadataTooLarge(let format):
      "the metadata of the \(format.rawValue) picture are too large; save it without them"
    case .outOfMemory(let format):
      "there is not enough memory to decode the \(format.rawValue) picture; send a smaller one"
    }
  }
}
