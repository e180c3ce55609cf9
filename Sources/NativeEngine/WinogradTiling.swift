import CNativeKernels

/// How Winograd's method cuts the outputs of a convolution into tiles, and when that is worth it: F(4x4, 3x3)
/// for windows that lie one apart, F(3x3, 3x3) for those that lie two apart.
///
/// Source: Lavin, Gray, *Fast Algorithms for Convolutional Neural Networks*, 2016.
enum WinogradTiling {
  /// What the transforms of one value of a tile take, in multiply-adds of the products: measured with
  /// AVX2 on a Zen 3 core; on a Zen 4 core it is 6, with AVX-512 4 to 5. That changes nothing for the
  /// networks of this project.
  private static let transformCost = 7
  /// Fewer of them multiply the weights no quicker than they are loaded.
  private static let leastTiles = 4

  /// Whether it takes less time than the convolution's own multiplications.
  ///
  /// - Parameters:
  ///   - height: Rows of outputs.
  ///   - width: Outputs in a row.
  static func isQuicker(for layer: WeightedLayer, height: Int, width: Int) -> Bool {
    guard layer.height == 3, layer.width == 3, layer.stride <= 2, !layer.isLinear,
      width <= Int(ATELIER_WINOGRAD_WIDEST)
    else { return false }
    let (rows, columns) = (
      Line(outputs: height, stride: layer.stride), Line(outputs: width, stride: layer.stride)
    )
    guard rows.tiles * columns.tiles >= leastTiles else { return false }
    let inputs = rows.inputs * columns.inputs
    let transforms =
      inputs * layer.channels + rows.sums * columns.sums * layer.outputs
    return inputs * layer.channels * layer.outputs + transformCost * transforms
      < height * width * layer.windowSize * layer.outputs
  }

  /// Rows and columns of inputs that tiles read beyond those that the outputs depend on.
  static func overhang(for layer: WeightedLayer, height: Int, width: Int) -> Int {
    // A last tile of 1 output is computed as one of 2.
    layer.stride == 1 && (height % 4 == 1 || width % 4 == 1) ? 1 : 0
  }

  /// The tiles of a row or a column.
  private struct Line {
    let tiles: Int
    /// Transformed inputs, and sums.
    let inputs: Int
    let sums: Int

    init(outputs: Int, stride: Int) {
      let side = stride == 1 ? 4 : 3
      tiles = (outputs + side - 1) / side
      if stride == 1 {
        // Two values more than a tile has outputs; one of 1 output is computed as one of 2.
        sums = outputs + 2 * tiles + (outputs % 4 == 1 ? 1 : 0)
        inputs = sums
      } else {
        // A value more than there are outputs, and for the middle weight as many.
        sums = outputs + tiles
        inputs = outputs + sums
      }
    }
  }
}
