import Classification

/// Makes the tensor that engines see from the bytes of a picture file.
///
/// Decoding and resampling block the thread for microseconds (28x28) to tenths of a second (50
/// megapixels), so call it off an event loop.
public struct Preprocessor: Sendable {
  /// How large a picture may be.
  public let limits: ImageLimits

  /// Creates a preprocessor.
  public init(limits: ImageLimits = ImageLimits()) {
    self.limits = limits
  }

  /// Decodes a PNG, JPEG or WebP file and prepares it for an engine.
  ///
  /// - Throws: ``ImagingError`` when the bytes are not a picture, or too large a one.
  public func prepare(
    _ bytes: [UInt8], with preprocessing: Preprocessing = .auto
  ) throws(ImagingError) -> PreparedImage {
    try timedPrepare(bytes, with: preprocessing).image
  }

  /// Decodes and prepares a file, as ``prepare(_:with:)`` does, and says how long decoding alone took.
  ///
  /// - Throws: ``ImagingError`` when the bytes are not a picture, or too large a one.
  public func timedPrepare(
    _ bytes: [UInt8], with preprocessing: Preprocessing
  ) throws(ImagingError) -> (image: PreparedImage, decodingTime: Duration) {
    let start = ContinuousClock.now
    let picture = try Picture(
      decoding: bytes, for: preprocessing == .classic ? .classic : .photo, limits: limits)
    let time = ContinuousClock.now - start
    let tensor =
      switch preprocessing {
      case .auto: automatic(picture)
      case .photo: PhotoPreprocessing.tensor(of: picture)
      case .classic: ClassicPreprocessing.tensor(of: picture)
      }
    return (PreparedImage(tensor: tensor, preprocessing: preprocessing), time)
  }

  private func automatic(_ picture: Picture) -> ImageTensor {
    let isReady =
      picture.width == ImageTensor.width && picture.height == ImageTensor.height
      && picture.isGrey && picture.opacity == nil
    return isReady
      ? ImageTensor(bytes: picture.luminance) : PhotoPreprocessing.tensor(of: picture)
  }
}
