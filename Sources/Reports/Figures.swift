import Foundation

/// Numbers as reports write them, the same in every locale.
enum Figures {
  /// A number with a fixed number of decimals.
  static func fixed(_ value: Double, decimals: Int) -> String {
    let text = String(format: "%.\(decimals)f", value)
    // Minus zero would read like a loss.
    return text.hasPrefix("-") && !text.contains { ("1"..."9").contains($0) }
      ? String(text.dropFirst()) : text
  }

  /// A number with at most so many decimals, without zeros at their end.
  static func shortest(_ value: Double, decimals: Int) -> String {
    var text = Substring(fixed(value, decimals: decimals))
    guard text.contains(".") else { return String(text) }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return String(text)
  }

  /// A share from 0 to 1 as a percentage.
  static func percent(_ share: Double, decimals: Int = 2) -> String {
    fixed(share * 100, decimals: decimals) + " %"
  }

  /// A whole number with its thousands set apart.
  static func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// A number of things, in the singular for one.
  static func count(_ number: Int, _ noun: String, plural: String? = nil) -> String {
    "\(grouped(number)) \(number == 1 ? noun : plural ?? noun + "s")"
  }
}
