/// A filter for changing the size of a picture: how much a pixel counts at a distance.
enum ResampleFilter {
  /// Cubic convolution with a = -1/2 (Keys, *Cubic Convolution Interpolation for Digital Image
  /// Processing*, 1981), the operations in the order that gives Pillow's bits.
  case bicubic

  /// The distance, in output pixels when shrinking, beyond which no pixel counts.
  var support: Double { 2 }

  func weight(at distance: Double) -> Double {
    let a = -0.5
    let x = abs(distance)
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
    return 0
  }
}
