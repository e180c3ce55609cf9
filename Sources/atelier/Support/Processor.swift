import Foundation

/// The processor that the program runs on.
enum Processor {
  /// What it calls itself, as Linux tells; "unknown" where it does not.
  static var name: String {
    // A file of /proc: it has no size, and is read at once.
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces)
    return name ?? "unknown"
  }
}
