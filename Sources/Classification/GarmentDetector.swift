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
  public static let featureCount = GarmentFeatures.count

  /// What makes features uncorrelated and of unit variance: the inverse of the Cholesky factor of
  /// their covariance within the prototypes' clusters, ``featureCount`` x ``featureCount``, row-major,
  /// lower triangular.
  public var whitening: [Float] { Self.transposed(whiteningColumns, columns: Self.featureCount) }
  /// The features of the prototypes, whitened: prototypes x ``featureCount``, row-major.
  public var prototypes: [Float] { Self.transposed(prototypeColumns, columns: prototypeCount) }
  /// The largest distance of what counts as a garment.
  public let threshold: Float

  /// The whitening matrix column by column, and the prototypes feature by feature: both are then
  /// walked through in memory order by loops that add to many sums at once.
  private let whiteningColumns: [Float]
  private let prototypeColumns: [Float]

  private var prototypeCount: Int { prototypeColumns.count / Self.featureCount }

  /// Creates a detector; `nil` when the numbers are not finite or do not fill their shapes.
  public init?(whitening: [Float], prototypes: [Float], threshold: Float) {
    let size = Self.featureCount
    guard whitening.count == size * size, !prototypes.isEmpty,
      prototypes.count.isMultiple(of: size), threshold.isFinite,
      whitening.allSatisfy(\.isFinite), prototypes.allSatisfy(\.isFinite)
    else { return nil }
    self.threshold = threshold
    whiteningColumns = Self.transposed(whitening, columns: size)
    prototypeColumns = Self.transposed(prototypes, columns: size)
  }

  /// What the detector looks at in a picture: ``featureCount`` numbers.
  public static func features(of tensor: ImageTensor) -> [Float] {
    GarmentFeatures(of: tensor).values
  }

  /// How far a picture is from the nearest prototype, squared: about ``featureCount`` for the
  /// pictures the detector was fitted to.
  public func distance(of tensor: ImageTensor) -> Float {
    let whitened = whitened(Self.features(of: tensor))
    let count = prototypeCount
    var distances = [Float](repeating: 0, count: count)
    distances.withUnsafeMutableBufferPointer { distances in
      prototypeColumns.withUnsafeBufferPointer { prototypes in
        guard var column = prototypes.baseAddress, let distances = distances.baseAddress else {
          return
        }
        for value in whitened {
          for prototype in 0..<count {
            let difference = column[prototype] - value
            distances[prototype] += difference * difference
          }
          column += count
        }
      }
    }
    return distances.min() ?? .infinity
  }

  private func whitened(_ features: [Float]) -> [Float] {
    let size = Self.featureCount
    var whitened = [Float](repeating: 0, count: size)
    whitened.withUnsafeMutableBufferPointer { whitened in
      whiteningColumns.withUnsafeBufferPointer { columns in
        guard var column = columns.baseAddress, let whitened = whitened.baseAddress else { return }
        for (first, factor) in features.enumerated() {
          // Above the diagonal there are only zeros.
          for row in first..<size { whitened[row] += column[row] * factor }
          column += size
        }
      }
    }
    return whitened
  }

  /// Whether a picture is near enough to the garments that the model learned from.
  public func isGarment(_ tensor: ImageTensor) -> Bool {
    distance(of: tensor) <= threshold
  }

  private static func transposed(_ matrix: [Float], columns: Int) -> [Float] {
    let rows = matrix.count / columns
    return (0..<columns).flatMap { column in
      (0..<rows).map { matrix[$0 * columns + column] }
    }
  }
}
