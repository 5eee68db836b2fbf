//! Takes out of a module what is never called and cannot be left out before it is linked.

use rustc_demangle::demangle;
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module, ModuleConfig};

use crate::error::Error;

/// The module as it is shipped, or goes on to wasm-bindgen: shorter by [`NEVER_CALLED`]. Numbers, which the linker leaves room for, are
/// written as short as they are.
///
/// `names`: keeps those of functions, by which wasm-bindgen knows some.
pub(super) fn snip(wasm: &[u8], names: bool) -> Result<Vec<u8>, Error> {
    let mut config = ModuleConfig::new();
    // As wasm-bindgen reads it.
    config.strict_validate(false).generate_name_section(names).generate_producers_section(false);
    let mut module = config
        .parse(wasm)
        .map_err(|error| Error::Wasm { tool: "walrus", why: format!("{error:#}") })?;
    let never: Vec<FunctionId> = module
        .funcs
        .iter_local()
        .map(|(id, _)| id)
        .filter(|id| module.funcs.get(*id).name.as_deref().is_some_and(is_never_called))
        .collect();
    for function in never {
        empty(&mut module, function);
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

fn is_never_called(symbol: &str) -> bool {
    let mut name = format!("{:#}", demangle(symbol));
    while let Some(outer) = name.strip_suffix("::{{closure}}") {
        name.truncate(outer.len());
    }
    name.ends_with(NEVER_CALLED)
}

/// Leaves of a function what stops the program.
fn empty(module: &mut Module, function: FunctionId) {
    let kind = module.funcs.get(function).ty();
    let (params, results) = module.types.params_results(kind);
    let (params, results) = (params.to_vec(), results.to_vec());
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    builder.func_body().unreachable();
    let args = params.iter().map(|kind| module.locals.add(*kind)).collect();
    module.funcs.get_mut(function).kind = FunctionKind::Local(builder.local_func(args));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_function_and_what_lies_in_it_go() {
        let view =
            "_ZN53_$LT$T$u20$as$u20$tachys..view..any_view..IntoAny$GT$8into_any13hydrate_async";
        let closure = "28_$u7b$$u7b$closure$u7d$$u7d$";
        let hash = "17h3ac975d757549706E";
        assert!(is_never_called(&format!("{view}{hash}")));
        assert!(is_never_called(&format!("{view}{closure}{closure}{hash}")));
        assert!(!is_never_called(&format!("{view}5build{hash}")));
        assert!(!is_never_called("_ZN6tachys4view7hydrate17h3ac975d757549706E"));
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
