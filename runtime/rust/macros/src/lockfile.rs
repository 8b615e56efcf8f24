//! Cargo.lock: what a crate depends on.

use std::collections::{BTreeSet, HashMap};

/// A crate of the lock file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Locked {
    /// Its name, or name@version where the closure has it in several.
    pub(crate) key: String,
    pub(crate) version: String,
    /// SHA-256 of its archive; none of crates by path.
    pub(crate) checksum: Option<String>,
}

#[derive(Default)]
struct Package {
    name: String,
    version: String,
    checksum: Option<String>,
    /// `name`, or `name version`, or `name version (source)`.
    dependencies: Vec<String>,
}

/// All that `name` depends on, directly or not, by key.
pub(crate) fn closure(lock: &str, name: &str, version: &str) -> Vec<Locked> {
    let packages = parse(lock);
    let mut of_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (i, package) in packages.iter().enumerate() {
        of_name.entry(&package.name).or_default().push(i);
    }
    let find = |wanted: &str| {
        let mut words = wanted.split(' ');
        let (name, version) = (words.next().unwrap_or_default(), words.next());
        let named = of_name.get(name)?;
        named.iter().copied().find(|i| version.is_none_or(|version| packages[*i].version == version))
    };
    let root = find(&format!("{name} {version}"));
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<usize> = root.into_iter().collect();
    while let Some(i) = waiting.pop() {
        for next in packages[i].dependencies.iter().filter_map(|wanted| find(wanted)) {
            if Some(next) != root && reached.insert(next) {
                waiting.push(next);
            }
        }
    }
    let several = |name: &str| reached.iter().filter(|i| packages[**i].name == name).count() > 1;
    let mut locked: Vec<Locked> = reached
        .iter()
        .map(|i| &packages[*i])
        .map(|package| Locked {
            key: if several(&package.name) {
                format!("{}@{}", package.name, package.version)
            } else {
                package.name.clone()
            },
            version: package.version.clone(),
            checksum: package.checksum.clone(),
        })
        .collect();
    locked.sort();
    locked
}

/// The subset of TOML that Cargo writes there: `key = "value"`, and arrays of strings, one a line.
fn parse(lock: &str) -> Vec<Package> {
    let mut packages = Vec::new();
    for text in lock.split("[[package]]").skip(1) {
        let mut package = Package::default();
        let mut in_dependencies = false;
        for line in text.lines().map(str::trim) {
            if in_dependencies {
                match line.trim_end_matches(',').trim_matches('"') {
                    "]" => in_dependencies = false,
                    wanted => package.dependencies.push(wanted.to_owned()),
                }
            } else if let Some((key, value)) = line.split_once(" = ") {
                let value_text = value.trim_matches('"').to_owned();
                match key {
                    "name" => package.name = value_text,
                    "version" => package.version = value_text,
                    "checksum" => package.checksum = Some(value_text),
                    "dependencies" => in_dependencies = value == "[",
                    _ => {}
                }
            }
        }
        packages.push(package);
    }
    packages
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"version = 4

[[package]]
name = "app"
version = "1.0.0"
dependencies = [
 "one",
 "two 2.0.0",
]

[[package]]
name = "one"
version = "0.1.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "aa"
dependencies = [
 "two 1.0.0",
]

[[package]]
name = "other"
version = "1.0.0"
checksum = "bb"

[[package]]
name = "two"
version = "1.0.0"
checksum = "cc"

[[package]]
name = "two"
version = "2.0.0"
"#;

    #[test]
    fn the_closure_has_what_is_reached_and_tells_versions_apart() {
        let found: Vec<_> = closure(LOCK, "app", "1.0.0").into_iter().map(|l| (l.key, l.checksum)).collect();
        assert_eq!(
            found,
            [
                ("one".to_owned(), Some("aa".to_owned())),
                ("two@1.0.0".to_owned(), Some("cc".to_owned())),
                ("two@2.0.0".to_owned(), None)
            ]
        );
    }
}
