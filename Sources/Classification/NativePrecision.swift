/// The numbers that the native engine multiplies.
public enum NativePrecision: String, CaseIterable, Sendable {
  /// 32-bit floats: the logits of the other engines, within 1e-4.
  case float32
  /// 8-bit integers, over a range of each picture's own: faster, and nearly always the same class.
  case int8
}
