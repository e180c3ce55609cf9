/// The kinds of elements that tensors of this service have.
///
/// Source: Open Inference Protocol 2, section "Tensor Data Types".
public enum TensorDatatype: String, Sendable, Codable {
  /// Truth values, a byte each.
  case bool = "BOOL"
  /// Bytes.
  case uint8 = "UINT8"
  /// Numbers of 32 bits (IEEE 754).
  case fp32 = "FP32"
  /// Strings of bytes.
  case bytes = "BYTES"
}
