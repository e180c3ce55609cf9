/// The lower triangular L of a symmetric positive definite matrix A = L L^T.
struct CholeskyFactor {
  private let size: Int
  /// Row-major, zeros above the diagonal.
  private let values: [Double]

  /// Factorises a matrix; `nil` when it is not positive definite.
  ///
  /// - Parameter matrix: `size` x `size`, row-major; only the lower triangle is read.
  init?(of matrix: [Double], size: Int) {
    var values = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0...row {
        var sum = matrix[row * size + column]
        for k in 0..<column { sum -= values[row * size + k] * values[column * size + k] }
        if row == column {
          guard sum > 0 else { return nil }
          values[row * size + row] = sum.squareRoot()
        } else {
          values[row * size + column] = sum / values[column * size + column]
        }
      }
    }
    self.size = size
    self.values = values
  }

  /// The x of L x = b.
  func solve(_ b: [Double]) -> [Double] {
    var x = b
    for row in 0..<size {
      for column in 0..<row { x[row] -= values[row * size + column] * x[column] }
      x[row] /= values[row * size + row]
    }
    return x
  }

  /// L^-1, row-major, zeros above the diagonal.
  var inverse: [Double] {
    var inverse = [Double](repeating: 0, count: size * size)
    for column in 0..<size {
      var unit = [Double](repeating: 0, count: size)
      unit[column] = 1
      for (row, value) in solve(unit).enumerated() { inverse[row * size + column] = value }
    }
    return inverse
  }
}
