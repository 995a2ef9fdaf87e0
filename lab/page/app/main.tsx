import 'uplot/dist/uPlot.min.css';
import './style.css';
import { render } from 'preact';
import { App } from './app';
import { load } from './model';
import { Store } from './store';
import { show } from './text';

const root = document.getElementById('app') as HTMLElement;

async function start(): Promise<void> {
  const model = await load();
  const store = new Store(model);
  const paint = (): void => render(<App store={store} />, root);
  root.replaceChildren();
  store.onPaint(paint);
  store.now();
  performance.mark('first-picture');
  addEventListener('beforeprint', () => {
    store.state = { ...store.state, print: true, mode: store.state.mode };
    store.now();
  });
  addEventListener('afterprint', () => store.set({ print: false }));
}

start().catch((error: unknown) => {
  const why = error instanceof Error ? error.message : String(error);
  render(
    <main class="broken">
      <h1>This page could not read its recording: {show(why)}.</h1>
      <p>Is the file whole? golab writes it again.</p>
    </main>, root);
  document.documentElement.setAttribute('data-idle', '');
});
