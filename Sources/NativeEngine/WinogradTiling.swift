import CNativeKernels

/// How Winograd's method F(4x4, 3x3) cuts the outputs of a convolution into tiles, and when that is worth
/// it.
///
/// Source: Lavin, Gray, *Fast Algorithms for Convolutional Neural Networks*, 2016.
enum WinogradTiling {
  /// Outputs of a tile in each direction.
  static let side = 4
  /// What the transforms of one value of a tile take, in multiply-adds of the products: measured with
  /// AVX2 on a Zen 3 core. A third more or less changes nothing for the networks of this project.
  private static let transformCost = 10

  private static func tiles(_ outputs: Int) -> Int { (outputs + side - 1) / side }

  /// Whether it takes less time than the convolution's own multiplications.
  ///
  /// - Parameters:
  ///   - height: Rows of outputs.
  ///   - width: Outputs in a row.
  static func isQuicker(for layer: WeightedLayer, height: Int, width: Int) -> Bool {
    guard layer.height == 3, layer.width == 3, layer.stride == 1, !layer.isLinear else {
      return false
    }
    let tiles = tiles(height) * tiles(width)
    guard tiles >= Int(ATELIER_WINOGRAD_LEAST_TILES) else { return false }
    let transforms = transformCost * (layer.channels + layer.outputs)
    return tiles * Int(ATELIER_WINOGRAD_PLACES) * (layer.channels * layer.outputs + transforms)
      < height * width * layer.windowSize * layer.outputs
  }

  /// Rows and columns of inputs that whole tiles read beyond those that the outputs depend on.
  static func overhang(height: Int, width: Int) -> Int {
    max(tiles(height) * side - height, tiles(width) * side - width)
  }
}
