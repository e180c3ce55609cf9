/// How large a picture may say it is. Checked before any memory for its pixels is taken.
public struct ImageLimits: Sendable, Hashable {
  /// The most pixels a picture may have.
  public var maximumPixels: Int
  /// The most pixels a side may have. The default is the most a JPEG can have.
  public var maximumSide: Int
  /// The most bytes that the metadata of a PNG may take, unpacked: colour profiles, text, Exif.
  public var maximumMetadataSize: Int

  /// Creates limits; the default is 50 megapixels.
  public init(
    maximumPixels: Int = 50_000_000, maximumSide: Int = 65_535,
    maximumMetadataSize: Int = 16 << 20
  ) {
    self.maximumPixels = maximumPixels
    self.maximumSide = maximumSide
    self.maximumMetadataSize = maximumMetadataSize
  }

  /// Checks the size that a picture declares.
  ///
  /// - Throws: ``ImagingError/tooLarge(width:height:limits:)``, or
  ///   ``ImagingError/damaged(_:reason:)`` when there are no pixels.
  func check(width: Int, height: Int, format: ImageFormat) throws(ImagingError) {
    guard width > 0, height > 0 else {
      throw .damaged(format, reason: "it has no pixels")
    }
    guard width <= maximumSide, height <= maximumSide, width * height <= maximumPixels else {
      throw .tooLarge(width: width, height: height, limits: self)
    }
  }
}
