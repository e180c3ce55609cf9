import Glibc

/// The locale in which libarchive can say names that are not ASCII, whatever that of the process is.
enum UTF8Locale {
  // Made once, and never changed or freed.
  nonisolated(unsafe) private static let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)

  /// Runs something with the locale on this thread.
  static func run<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure)
    -> Value
  {
    guard let locale else { return try body() }
    let previous = uselocale(locale)
    defer { uselocale(previous) }
    return try body()
  }
}
