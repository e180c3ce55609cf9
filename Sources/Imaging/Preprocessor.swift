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
    let tensor =
      switch preprocessing {
      case .auto: try automatic(bytes)
      case .photo:
        PhotoPreprocessing.tensor(of: try Picture(decoding: bytes, for: .photo, limits: limits))
      case .classic:
        ClassicPreprocessing.tensor(of: try Picture(decoding: bytes, for: .classic, limits: limits))
      }
    return PreparedImage(tensor: tensor, preprocessing: preprocessing)
  }

  private func automatic(_ bytes: [UInt8]) throws(ImagingError) -> ImageTensor {
    let picture = try Picture(decoding: bytes, for: .photo, limits: limits)
    let isReady =
      picture.width == ImageTensor.width && picture.height == ImageTensor.height
      && picture.isGrey && picture.opacity == nil
    return isReady
      ? ImageTensor(bytes: picture.luminance) : PhotoPreprocessing.tensor(of: picture)
  }
}
