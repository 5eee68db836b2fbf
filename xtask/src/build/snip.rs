//! Takes out of a module what pages can do without and cannot be left out before it is linked.

use rustc_demangle::demangle;
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module, ModuleConfig};

use crate::error::Error;

/// The module as it is shipped, or goes on to wasm-bindgen: shorter by [`NEVER_CALLED`] and [`WRITES_NOTHING`]. Numbers, which the linker
/// leaves room for, are written as short as they are.
///
/// `names`: keeps those of functions, by which wasm-bindgen knows some.
pub(super) fn snip(wasm: &[u8], names: bool) -> Result<Vec<u8>, Error> {
    let mut config = ModuleConfig::new();
    // As wasm-bindgen reads it.
    config.strict_validate(false).generate_name_section(names).generate_producers_section(false);
    let mut module = config
        .parse(wasm)
        .map_err(|error| Error::Wasm { tool: "walrus", why: format!("{error:#}") })?;
    let without: Vec<(FunctionId, Instead)> = module
        .funcs
        .iter_local()
        .filter_map(|(id, _)| Some((id, Instead::of(module.funcs.get(id).name.as_deref()?)?)))
        .collect();
    for (function, instead) in without {
        empty(&mut module, function, instead);
    }
    if !names {
        let custom: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
        for section in custom {
            module.customs.delete(section);
        }
    }
    Ok(module.emit_wasm())
}

/// Every view can take over a page in two ways, and says so where the linker cannot see that one of them is never taken: with pauses
/// (`leptos::mount::hydrate_lazy`), or at one go, as we do. A tenth of the wasm is the former.
const NEVER_CALLED: &str = "::hydrate_async";

/// How numbers with a fraction are written, exactly and at any length. We show none; serde would, in what it says of an answer that holds one
/// where none belongs. That goes on without the number.
const WRITES_NOTHING: &str = "core::fmt::float::float_to_decimal_common_";

/// What a function does from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Instead {
    /// Stops the program.
    Stop,
    /// Returns `fmt::Result::Ok`, which is a zero.
    SayOk,
}

impl Instead {
    /// For a function that pages can do without.
    fn of(symbol: &str) -> Option<Self> {
        // Without the hashes of crates and of the function.
        let mut name = format!("{:#}", demangle(symbol));
        while let Some(outer) = name.strip_suffix("::{{closure}}") {
            name.truncate(outer.len());
        }
        if name.ends_with(NEVER_CALLED) {
            Some(Self::Stop)
        } else if name.starts_with(WRITES_NOTHING) {
            Some(Self::SayOk)
        } else {
            None
        }
    }
}

fn empty(module: &mut Module, function: FunctionId, instead: Instead) {
    let kind = module.funcs.get(function).ty();
    let (params, results) = module.types.params_results(kind);
    let (params, results) = (params.to_vec(), results.to_vec());
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    match instead {
        Instead::Stop => builder.func_body().unreachable(),
        Instead::SayOk => builder.func_body().i32_const(0),
    };
    let args = params.iter().map(|kind| module.locals.add(*kind)).collect();
    module.funcs.get_mut(function).kind = FunctionKind::Local(builder.local_func(args));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_functions_and_what_lies_in_them_go() {
        let view =
            "_ZN53_$LT$T$u20$as$u20$tachys..view..any_view..IntoAny$GT$8into_any13hydrate_async";
        let closure = "28_$u7b$$u7b$closure$u7d$$u7d$";
        let hash = "17h3ac975d757549706E";
        assert_eq!(Instead::of(&format!("{view}{hash}")), Some(Instead::Stop));
        assert_eq!(Instead::of(&format!("{view}{closure}{closure}{hash}")), Some(Instead::Stop));
        assert_eq!(Instead::of(&format!("{view}5build{hash}")), None);
        assert_eq!(Instead::of("_ZN6tachys4view7hydrate17h3ac975d757549706E"), None);
        let float = "_RINvNtNtCsjqx8TIyZbP9_4core3fmt5float32float_to_decimal_common_shortestdECsebHcaeoSrxy_3std";
        assert_eq!(Instead::of(float), Some(Instead::SayOk));
    }

    #[test]
    fn a_module_stays_one() {
        let mut module = Module::default();
        let mut names = Vec::new();
        for name in ["view::hydrate_async", "view::build"] {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[walrus::ValType::I32]);
            builder.name(name.to_owned()).func_body().i32_const(70_000).drop().i32_const(1);
            let id = builder.finish(Vec::new(), &mut module.funcs);
            module.exports.add(name, id);
            names.push(name);
        }
        let whole = module.emit_wasm();
        let snipped = snip(&whole, true).unwrap();
        assert!(snipped.len() < whole.len());
        let read = Module::from_buffer(&snipped).unwrap();
        let exports: Vec<_> = read.exports.iter().map(|export| export.name.as_str()).collect();
        assert_eq!(exports, names);
        assert!(snip(&whole, false).unwrap().len() < snipped.len());
    }
}
