public import Dataset
import Imaging

/// Makes photographs of pictures of the data set, as the files that a user would send.
///
/// **What the garment looks like.** The data set's authors took catalogue photographs on white and
/// negated them (Xiao et al., 2017, section 2), so the photograph of a picture is its negative: a
/// level `L` is cloth that returns `255 - L` of the light, and bright pixels are dark clothes. That
/// is what stands on light grounds here, coloured or grey, and white clothes there are brighter than
/// their ground. Bright clothes on white would be another photograph, which the authors' recipe
/// makes into another picture, so there is no label to hold an answer against. Only
/// ``PhotoCorruption/darkGround`` leaves the picture as it is: bright clothes on a dark ground.
///
/// Everything random follows from the seed, the number of the picture and the kind of photograph.
public struct PhotoGenerator: Sendable {
  /// The seed of everything random.
  public let seed: UInt64
  /// The bounds of the longer side of a photograph, in pixels; its logarithm is uniform.
  public let longerSide: ClosedRange<Double>

  /// Creates a generator.
  ///
  /// - Precondition: no photograph is smaller than 28 pixels, or larger than a JPEG file can be.
  public init(seed: UInt64, longerSide: ClosedRange<Double> = 200...2_000) {
    precondition(
      longerSide.lowerBound >= 28 && longerSide.upperBound <= Double(JPEGEncoder.maximumSide),
      "a photograph has 28 to \(JPEGEncoder.maximumSide) pixels a side")
    self.seed = seed
    self.longerSide = longerSide
  }

  /// A photograph of a picture: a PNG or JPEG file.
  ///
  /// - Parameters:
  ///   - index: The number of the picture.
  ///   - images: The data set.
  ///   - corruption: The kind of photograph.
  public func photograph(
    of index: Int, in images: LabelledImages, corruption: PhotoCorruption
  ) -> [UInt8] {
    let kinds = PhotoCorruption.allCases
    let kind = kinds.firstIndex(of: corruption) ?? 0
    var generator = SeededGenerator(seed: seed, stream: UInt64(index * kinds.count + kind))
    let scene = PhotoScene(corruption, longerSide: longerSide, using: &generator)
    return PhotoRenderer(scene, levels: Array(images.image(at: index))).file(noise: &generator)
  }
}
