//! What stands in which section. A part that is added to the state or the view does not compile until it stands here.

use std::sync::Arc;
use std::thread;

use daftar_domain::State;
use daftar_domain::ledger::Resumed;

use super::file::{Reader, Writer};
use super::{Restored, Taken, Unusable};
use crate::view::View;

/// Writes every part.
pub(super) fn put(file: &mut Writer, taken: &Taken) -> Result<(), Unusable> {
    let Taken { standing, view, begins } = taken;
    file.ends(standing.commits(), standing.position());
    // The newest reference tables are the last of those that they became. Events are read where they are kept.
    let View {
        position,
        recorded_at,
        state,
        reference: _,
        references,
        commands,
        parks,
        smes,
        revivals,
        consortiums,
        emcs,
        exports,
        trainings,
        researches,
        statements,
        publications,
        periods,
        events: _,
    } = &**view;
    file.put(exports)?;
    file.put(smes)?;
    file.put(&(
        position,
        recorded_at,
        references,
        parks,
        revivals,
        consortiums,
        emcs,
        trainings,
        researches,
        statements,
        publications,
        periods,
    ))?;
    file.put(&(commands, begins))?;
    let State {
        position,
        opening,
        reference,
        parks,
        smes,
        revivals,
        consortiums,
        emcs,
        exports,
        trainings,
        researches,
        statements,
        persons,
        privacy,
        publications,
        signing,
        periods,
        proposals,
        findings,
    } = state;
    file.put(exports)?;
    file.put(smes)?;
    file.put(&(
        position,
        opening,
        reference,
        parks,
        revivals,
        consortiums,
        emcs,
        // No tuple has more than sixteen parts.
        (trainings, researches),
        statements,
        persons,
        privacy,
        publications,
        signing,
        periods,
        proposals,
        findings,
    ))?;
    file.put(standing)
}

/// Reads every part, on all cores: the sections that take longest are begun first.
pub(super) fn take(file: &Reader) -> Result<Restored, Unusable> {
    thread::scope(|scope| {
        let view_exports = scope.spawn(|| file.take(0));
        let view_smes = scope.spawn(|| file.take(1));
        let standing = scope.spawn(|| file.take(7));
        let view_rest = scope.spawn(|| file.take(2));
        let ends = scope.spawn(|| file.take(3));
        let state_exports = scope.spawn(|| file.take(4));
        let state_smes = scope.spawn(|| file.take(5));
        let (
            position,
            opening,
            reference,
            parks,
            revivals,
            consortiums,
            emcs,
            (trainings, researches),
            statements,
            persons,
            privacy,
            publications,
            signing,
            periods,
            proposals,
            findings,
        ) = file.take(6)?;
        let (exports, smes) = (joined(state_exports)?, joined(state_smes)?);
        let state = State {
            position,
            opening,
            reference,
            parks,
            smes,
            revivals,
            consortiums,
            emcs,
            exports,
            trainings,
            researches,
            statements,
            persons,
            privacy,
            publications,
            signing,
            periods,
            proposals,
            findings,
        };
        let (
            position,
            recorded_at,
            references,
            parks,
            revivals,
            consortiums,
            emcs,
            trainings,
            researches,
            statements,
            publications,
            periods,
        ) = joined(view_rest)?;
        let references: imbl::Vector<(_, Arc<_>)> = references;
        let (commands, begins) = joined(ends)?;
        let view = View {
            position,
            recorded_at,
            state: state.clone(),
            reference: references.last().map(|(_, newest)| Arc::clone(newest)).unwrap_or_default(),
            references,
            commands,
            parks,
            smes: joined(view_smes)?,
            revivals,
            consortiums,
            emcs,
            exports: joined(view_exports)?,
            trainings,
            researches,
            statements,
            publications,
            periods,
            events: None,
        };
        let resumed = Resumed { state, standing: joined(standing)? };
        Ok(Restored { resumed, view, begins })
    })
}

fn joined<T>(part: thread::ScopedJoinHandle<'_, Result<T, Unusable>>) -> Result<T, Unusable> {
    part.join().map_err(|_| Unusable::Damaged("a part can't be put together"))?
}
