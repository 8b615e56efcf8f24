// Names with what ordinary libraries seldom have: values as generic arguments, other scripts, bound lifetimes, ABIs,
// traits as types, patterns. Built by make.sh, mangled both ways.
#![feature(
    adt_const_params,
    unsized_const_params,
    min_specialization,
    pattern_types,
    pattern_type_macro
)]
#![allow(
    incomplete_features,
    uncommon_codepoints,
    mixed_script_confusables,
    dead_code,
    non_snake_case,
    internal_features
)]
use std::fmt::Debug;
use std::marker::ConstParamTy;
#[derive(PartialEq, Eq, ConstParamTy)]
pub struct Unit;
#[derive(PartialEq, Eq, ConstParamTy)]
pub struct Pair(pub i8, pub char);
#[derive(PartialEq, Eq, ConstParamTy)]
pub struct Named {
    pub größe: u16,
    pub on: bool,
}
#[derive(PartialEq, Eq, ConstParamTy)]
pub enum Choice {
    None,
    One(i128),
    Two { a: (), b: (u8,) },
}
#[inline(never)]
pub fn text<const S: &'static str>() -> usize {
    std::hint::black_box(S.len())
}
#[inline(never)]
pub fn chr<const C: char>() -> char {
    std::hint::black_box(C)
}
#[inline(never)]
pub fn flag<const B: bool>() -> bool {
    std::hint::black_box(B)
}
#[inline(never)]
pub fn int<const I: i64>() -> i64 {
    std::hint::black_box(I)
}
#[inline(never)]
pub fn big<const I: u128>() -> u128 {
    std::hint::black_box(I)
}
#[inline(never)]
pub fn unit<const U: Unit>() {
    std::hint::black_box(())
}
#[inline(never)]
pub fn pair<const P: Pair>() -> i8 {
    std::hint::black_box(P.0)
}
#[inline(never)]
pub fn named<const P: Named>() -> bool {
    std::hint::black_box(P.on)
}
#[inline(never)]
pub fn choice<const P: Choice>() {
    std::hint::black_box(())
}
#[inline(never)]
pub fn array<const A: [u8; 3]>() -> u8 {
    std::hint::black_box(A[0])
}
#[inline(never)]
pub fn tuple<const T: (u8, bool)>() -> u8 {
    std::hint::black_box(T.0)
}
#[inline(never)]
pub fn single<const T: (u8,)>() -> u8 {
    std::hint::black_box(T.0)
}
#[inline(never)]
pub fn refs<const T: &'static [&'static str]>() -> usize {
    std::hint::black_box(T.len())
}
#[inline(never)]
pub fn refpair<const T: &'static Pair>() -> i8 {
    std::hint::black_box(T.0)
}
#[inline(never)]
pub fn of<T: ?Sized>() -> &'static str {
    std::any::type_name::<T>()
}
pub mod данные {
    pub mod 模块 {
        #[inline(never)]
        pub fn naïve_ß<T>() -> usize {
            std::mem::size_of::<T>()
        }
        pub struct 結構<T>(pub T);
        impl<T: Clone> 結構<T> {
            #[inline(never)]
            pub fn méthode(&self) -> T {
                self.0.clone()
            }
        }
    }
}
pub trait Tr<'a, T: ?Sized> {
    type Out;
    type Other;
    fn go(&self, t: &'a T) -> usize;
}
pub trait Marker {}
impl<'a> Tr<'a, str> for Unit {
    type Out = u8;
    type Other = [u16; 4];
    #[inline(never)]
    fn go(&self, t: &'a str) -> usize {
        std::hint::black_box(t.len())
    }
}
pub struct Lifetimes<'a, 'b>(pub &'a mut u8, pub &'b u8);
pub union U {
    a: u8,
    b: i8,
}
macro_rules! many { ($($l:lifetime)*) => { for<$($l),*> fn($(&$l u8),*) } }
#[no_mangle]
pub extern "C" fn entry(x: u8) -> usize {
    let mut n = 0usize;
    n += text::<"">() + text::<"a\"b'c\\d\n\t\0\u{301}é\u{202e}\u{10ffff}語">() + text::<"plain">();
    chr::<'\''>();
    chr::<'"'>();
    chr::<'\n'>();
    chr::<'\u{0}'>();
    chr::<'é'>();
    chr::<'\u{200b}'>();
    chr::<'\u{10ffff}'>();
    chr::<'a'>();
    chr::<' '>();
    chr::<'\u{a0}'>();
    chr::<'\u{301}'>();
    flag::<true>();
    flag::<false>();
    int::<0>();
    int::<-1>();
    int::<{ i64::MIN }>();
    int::<{ i64::MAX }>();
    big::<0>();
    big::<{ u128::MAX }>();
    big::<{ u64::MAX as u128 }>();
    unit::<{ Unit }>();
    pair::<{ Pair(-3, 'x') }>();
    named::<
        {
            Named {
                größe: 7, on: true
            }
        },
    >();
    choice::<{ Choice::None }>();
    choice::<{ Choice::One(-5) }>();
    choice::<{ Choice::Two { a: (), b: (9,) } }>();
    array::<{ [1, 2, 3] }>();
    tuple::<{ (1, false) }>();
    single::<{ (4,) }>();
    refs::<{ &["x", "y\u{301}"] }>();
    refpair::<{ &Pair(1, '\\') }>();
    n += of::<u8>().len()
        + of::<dyn Debug>().len()
        + of::<dyn Debug + Send + Sync>().len()
        + of::<&'static (dyn Debug + 'static)>().len();
    n += of::<dyn for<'a> Tr<'a, str, Out = u8, Other = [u16; 4]>>().len()
        + of::<dyn for<'a, 'b> Fn(&'a str, &'b mut [u8]) -> &'a str>().len();
    n += of::<fn()>().len()
        + of::<unsafe extern "C" fn(i32, ...)>().len()
        + of::<extern "system" fn(u8) -> u8>().len()
        + of::<extern "C-unwind" fn()>().len()
        + of::<unsafe extern "sysv64" fn(*const u8, *mut f64) -> !>().len();
    n += of::<for<'a> fn(&'a u8, for<'b> fn(&'a u8, &'b u8) -> &'b u8)>().len();
    n += of::<many!('a 'b 'c 'd 'e 'f 'g 'h 'i 'j 'k 'l 'm 'n 'o 'p 'q 'r 's 't 'u 'v 'w 'x 'y 'z 'aa 'bb 'cc)>().len();
    n += of::<()>().len()
        + of::<(u8,)>().len()
        + of::<(u8, i16, f32)>().len()
        + of::<[[i32; 2]; 3]>().len();
    n += of::<Lifetimes<'static, 'static>>().len()
        + of::<for<'a, 'b> fn(Lifetimes<'a, 'b>, Lifetimes<'b, 'a>)>().len()
        + of::<U>().len();
    n += of::<
        Option<
            Result<
                Box<dyn Iterator<Item = Vec<(u8, String)>>>,
                Option<Result<Box<dyn Iterator<Item = Vec<(u8, String)>>>, ()>>,
            >,
        >,
    >()
    .len();
    n += данные::模块::naïve_ß::<данные::模块::結構<u8>>()
        + данные::模块::結構(String::from("x")).méthode().len();
    n += Unit.go("x");
    let c = |y: u8| {
        let d = move |z: u8| std::hint::black_box(z + y);
        fn inner<T: Debug>(t: T) -> usize {
            format!("{t:?}").len()
        }
        d(1) as usize + inner(y)
    };
    n += c(x);
    {
        pub struct Local<T>(T);
        impl<T: Debug> Local<T> {
            #[inline(never)]
            fn show(&self) -> usize {
                format!("{:?}", self.0).len()
            }
        }
        n += Local(3u8).show() + Local(|| () as ()).0().eq(&()) as usize;
    }
    static ONCE: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    n += *ONCE.get_or_init(|| 3);
    n += of::<std::pat::pattern_type!(u32 is 1..)>().len()
        + of::<std::pat::pattern_type!(u32 is 1..=5 | 8..=9)>().len();
    n
}
