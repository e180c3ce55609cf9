import CGarmentDetector

/// Tells pictures of garments from everything else by how far a picture lies from the garments that a
/// model learned from.
///
/// The distance is that of Mahalanobis to the nearest of several prototypes a class, in a space of
/// simple features of the 28x28 picture, so it is the same whatever the engine and the network.
///
/// Source: Lee, Lee, Lee, Shin, *A Simple Unified Framework for Detecting Out-of-Distribution Samples
/// and Adversarial Attacks*, 2018, section 2.1, with the picture's features for a network's.
public struct GarmentDetector: Sendable, Hashable {
  /// Numbers a picture is described by.
  public static let featureCount = CGarmentFeatureCount

  /// What makes features uncorrelated and of unit variance: the inverse of the Cholesky factor of
  /// their covariance within the prototypes' clusters, ``featureCount`` x ``featureCount``, row-major,
  /// lower triangular.
  public let whitening: [Float]
  /// The features of the prototypes, whitened: prototypes x ``featureCount``, row-major.
  public let prototypes: [Float]
  /// The largest distance of what counts as a garment.
  public let threshold: Float

  /// The whitening matrix column by column, and the prototypes feature by feature, as the kernel wants
  /// them.
  private let whiteningColumns: [Float]
  private let prototypeColumns: [Float]

  /// Creates a detector; `nil` when the numbers are not finite or do not fill their shapes.
  public init?(whitening: [Float], prototypes: [Float], threshold: Float) {
    let size = Self.featureCount
    guard whitening.count == size * size, !prototypes.isEmpty,
      prototypes.count.isMultiple(of: size), threshold.isFinite,
      whitening.allSatisfy(\.isFinite), prototypes.allSatisfy(\.isFinite)
    else { return nil }
    self.whitening = whitening
    self.prototypes = prototypes
    self.threshold = threshold
    whiteningColumns = Self.columns(of: whitening, padding: 0)
    // What only fills a block is no picture's nearest.
    prototypeColumns = Self.columns(of: prototypes, padding: .infinity)
  }

  /// What the detector looks at in a picture: ``featureCount`` numbers.
  ///
  /// A coarse view tells shapes apart; how grey levels vary, over all and along each row and column,
  /// tells garments from noise, blank pictures, letters and views whose coarse view could be a garment's.
  public static func features(of tensor: ImageTensor) -> [Float] {
    [Float](unsafeUninitializedCapacity: featureCount) { features, count in
      guard let first = features.baseAddress else { return }
      tensor.pixels.withUnsafeBufferPointer { pixels in
        guard let pixels = pixels.baseAddress else { return }
        cgarment_features(pixels, first)
        count = featureCount
      }
    }
  }

  /// How far a picture is from the nearest prototype, squared: about ``featureCount`` for the
  /// pictures the detector was fitted to.
  public func distance(of tensor: ImageTensor) -> Float {
    cgarment_distance(
      Self.features(of: tensor), whiteningColumns, prototypeColumns,
      prototypeColumns.count / Self.featureCount)
  }

  /// Whether a picture is near enough to the garments that the model learned from.
  public func isGarment(_ tensor: ImageTensor) -> Bool {
    distance(of: tensor) <= threshold
  }

  /// The columns of a matrix of ``featureCount`` columns, each padded to whole blocks of the kernel.
  private static func columns(of matrix: [Float], padding: Float) -> [Float] {
    let rows = matrix.count / featureCount
    let block = CGarmentBlock
    let stride = (rows + block - 1) / block * block
    return (0..<featureCount).flatMap { column in
      (0..<stride).map { $0 < rows ? matrix[$0 * featureCount + column] : padding }
    }
  }
}
